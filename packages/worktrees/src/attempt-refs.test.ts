import { type AttemptId, attemptIdOf, type Fence, type TaskId } from '@backlog-runner/contracts';
import { expect, test } from 'vitest';
import { attemptRef, partsOfAttempt } from './attempt-refs.ts';

test('an attempt’s id gives back its task and its fence, also when the task’s name has dots', () => {
  const task = 'fix.v1.2-login' as TaskId;
  expect(partsOfAttempt(attemptIdOf(task, 41 as Fence))).toEqual({ task, fence: 41 });
  expect(attemptRef(task, 41 as Fence)).toBe('refs/backlog-runner/attempts/fix.v1.2-login/41');
});

test.each(['', 'x', 'x.', '.1', 'x.y', '../x.1'])('"%s" is no attempt', (text) => {
  expect(partsOfAttempt(text as AttemptId)).toBeUndefined();
});
