import type { AttemptId } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { fileAttemptLog } from '../src/index.ts';
import { emptyProject } from './project.ts';

const attempt = 'fix-login-x4f2.7' as AttemptId;
const DIRECTORY = `.backlog-runner/attempts/${attempt}`;

describe('the attempt log', () => {
  it('keeps prompts and records by turn, in order and without secrets', async () => {
    const project = emptyProject();
    const log = fileAttemptLog({ ...project, redact: (text) => text.replaceAll('hunter22', '[redacted]') });
    await log.prompt(attempt, 1, 'Fix it. The password is hunter22.');
    for (let index = 0; index < 50; index += 1) log.native(attempt, index < 25 ? 1 : 2, { index, token: 'hunter22' });
    await log.flush(attempt);
    expect(project.read(`${DIRECTORY}/prompt-1.md`)).toBe('Fix it. The password is [redacted].');
    const records = [1, 2].flatMap((turn) =>
      project.read(`${DIRECTORY}/transcript-${turn}.jsonl`).trimEnd().split('\n'),
    );
    expect(records.map((line) => JSON.parse(line))).toEqual(
      Array.from({ length: 50 }, (_, index) => ({ index, token: '[redacted]' })),
    );
  });

  it('goes on after a flush, and has nothing to flush where nothing was written', async () => {
    const project = emptyProject();
    const log = fileAttemptLog(project);
    log.native(attempt, 1, 'one');
    await log.flush(attempt);
    log.native(attempt, 1, 'two');
    await log.flush(attempt);
    await log.flush('other.1' as AttemptId);
    expect(project.read(`${DIRECTORY}/transcript-1.jsonl`)).toBe('"one"\n"two"\n');
  });

  it('never throws when a record arrives, and says at the flush what went wrong', async () => {
    const project = emptyProject();
    project.write('.backlog-runner', 'not a directory');
    const log = fileAttemptLog(project);
    const circular: { self?: unknown } = {};
    circular.self = circular;
    log.native(attempt, 1, circular);
    await expect(log.flush(attempt)).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    await expect(log.prompt(attempt, 1, 'x')).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  });
});
