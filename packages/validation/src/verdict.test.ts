import { expect, test } from 'vitest';
import { verdictOn } from './verdict.ts';

test('only exit code 0 passes', () => {
  expect(verdictOn({ status: 'exited', code: 0 })).toEqual({ status: 'passed' });
});

test.each([1, 2, 3, 99, 125, 128, 255])('exit code %d refuses', (exitCode) => {
  expect(verdictOn({ status: 'exited', code: exitCode })).toEqual({ status: 'refused', exitCode });
});

test.each([
  [{ status: 'exited', code: 126 }, 'could not be started (exit code 126)'],
  [{ status: 'exited', code: 127 }, 'could not be started (exit code 127)'],
  [{ status: 'exited', code: 137 }, 'was killed by SIGKILL (exit code 137)'],
  [{ status: 'exited', code: 143 }, 'was killed by SIGTERM (exit code 143)'],
  [{ status: 'killed', signal: 'SIGSEGV' }, 'was killed by SIGSEGV'],
  [{ status: 'timed-out', limit: 'total' }, 'took too long'],
  [{ status: 'aborted' }, 'was stopped'],
  [{ status: 'not-started', reason: 'other', message: 'No directory.' }, 'could not be started: No directory'],
] as const)('%j says nothing about the work', (end, reason) => {
  expect(verdictOn(end)).toEqual({ status: 'inconclusive', reason });
});
