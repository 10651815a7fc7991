import type { PassResult, RunId, ValidationRequest, ValidationResult } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { inquiryFixture } from '../test/inquiry-fixture.ts';
import { failingValidationPass } from './failing-validation-pass.ts';

const profiles = [
  { name: 'repo', pathPrefixes: [] },
  { name: 'web', pathPrefixes: ['apps/web'] },
];

async function find(
  results: Readonly<Record<string, ValidationResult>>,
  signal?: AbortSignal,
): Promise<{ result: PassResult; requests: readonly ValidationRequest[] }> {
  const requests: ValidationRequest[] = [];
  const validation = {
    async run(request: ValidationRequest): Promise<ValidationResult> {
      requests.push(request);
      const profile = request.task.validationProfile ?? '';
      return results[profile] ?? { status: 'passed', profile, durationMs: 1 };
    },
  };
  const pass = failingValidationPass({ validation, run: 'r1' as RunId, profiles });
  const inquiry = inquiryFixture({ output: undefined }, { directory: '/copy', ...(signal && { signal }) });
  return { result: await pass.find({ known: { tasks: [], rejected: [] }, maxCandidates: 5 }, inquiry), requests };
}

const refused = (output: string): ValidationResult => ({
  status: 'refused',
  profile: 'web',
  findings: [{ command: 'npm test', exitCode: 1, output }],
});

describe('the pass for failing validation', () => {
  it('runs every profile in the working copy it was given', async () => {
    const { result, requests } = await find({});
    expect(result).toEqual({ status: 'found', candidates: [] });
    expect(requests.map(({ task, directory, run }) => [task.validationProfile, directory, run])).toEqual([
      ['repo', '/copy', 'r1'],
      ['web', '/copy', 'r1'],
    ]);
  });

  it('proposes to mend a profile that fails, where it fails, with what it said', async () => {
    const { result } = await find({ web: refused('42 passed\ncart.test.ts: expected 3 to be 4\n1 failed') });
    expect(result).toEqual({
      status: 'found',
      candidates: [
        {
          title: 'Make the validation `web` pass again: cart.test.ts: expected 3 to be 4',
          description: expect.stringContaining('`npm test` exited with 1 and printed:\n\n42 passed'),
          priority: 'high',
          touch_paths: ['apps/web'],
          acceptance_criteria: ['`npm test` exits with 0, and no check is weaker.'],
        },
      ],
    });
  });

  it('bounds what it passes on', async () => {
    const { result } = await find({ web: refused(`${'x'.repeat(100_000)}\nerror ${'y'.repeat(1_000)}`) });
    const [candidate] = result.status === 'found' ? result.candidates : [];
    expect(candidate?.title.length).toBeLessThanOrEqual(121);
    expect(candidate?.description.length).toBeLessThan(5_000);
  });

  it('says why when nothing can be told, and stays silent about it when something fails surely', async () => {
    const unclear: ValidationResult = { status: 'inconclusive', profile: 'repo', reason: 'It took too long.' };
    expect((await find({ repo: unclear })).result).toEqual({ status: 'refused', reason: '`repo`: It took too long.' });
    expect((await find({ repo: unclear, web: refused('error') })).result).toMatchObject({ status: 'found' });
  });

  it('runs nothing more when it is told to stop', async () => {
    const { result, requests } = await find({}, AbortSignal.abort());
    expect(result).toEqual({ status: 'refused', reason: 'It was stopped.' });
    expect(requests).toEqual([]);
  });
});
