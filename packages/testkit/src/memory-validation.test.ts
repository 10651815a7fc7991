import type { RunId } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { memoryValidation } from './memory-validation.ts';
import { taskFixture } from './task-fixture.ts';

const request = { task: taskFixture(), directory: '/w1', environment: {}, run: 'run' as RunId };

describe('a validation in memory', () => {
  it('passes what its judge has nothing to say against', async () => {
    expect(await memoryValidation().run(request)).toMatchObject({ status: 'passed', profile: 'repo' });
  });

  it('refuses with what its judge says, under the profile of the task', async () => {
    const task = taskFixture({ validationProfile: 'frontend' });
    const validation = memoryValidation(({ directory }) => `ugly: ${directory}`);
    expect(await validation.run({ ...request, task })).toEqual({
      status: 'refused',
      profile: 'frontend',
      findings: [{ command: 'judge', exitCode: 1, output: 'ugly: /w1' }],
    });
  });

  it('gives a whole result as it is', async () => {
    const result = { status: 'inconclusive', profile: 'repo', reason: 'killed' } as const;
    expect(await memoryValidation(async () => result).run(request)).toBe(result);
  });

  it('is inconclusive when it is stopped', async () => {
    const stop = new AbortController();
    const running = memoryValidation(() => new Promise(() => {})).run({ ...request, signal: stop.signal });
    stop.abort();
    expect(await running).toMatchObject({ status: 'inconclusive' });
  });

  it('protects paths and what is below them, unless the task names exactly that path', () => {
    const validation = memoryValidation(undefined, { protects: ['scripts', 'a.config.mjs'] });
    const paths = ['scripts/x.sh', 'scripts2/x.sh', 'a.config.mjs'];
    expect(validation.protectedAmong(taskFixture({ touchPaths: ['scripts'] }), paths)).toEqual([
      'scripts/x.sh',
      'a.config.mjs',
    ]);
    expect(validation.protectedAmong(taskFixture({ touchPaths: ['scripts/x.sh', 'a.config.mjs'] }), paths)).toEqual([]);
  });
});
