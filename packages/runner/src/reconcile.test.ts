import type { LandedCommit, TaskState } from '@backlog-runner/contracts';
import { taskFixture } from '@backlog-runner/testkit';
import { expect, test } from 'vitest';
import { reconcile } from './reconcile.ts';

const landing = (task: string, commit: string, reverted = false) =>
  ({ task, commit, attempt: `${task}.1`, reverted }) as LandedCommit;

const table: { claim: string; state: TaskState; landed: readonly LandedCommit[]; becomes: TaskState | undefined }[] = [
  { claim: 'a task that landed is done', state: 'ready', landed: [landing('a', 'c1')], becomes: 'done' },
  { claim: 'a task that is done stays so', state: 'done', landed: [landing('a', 'c1')], becomes: undefined },
  { claim: 'a reverted landing reopens its task', state: 'done', landed: [landing('a', 'c1', true)], becomes: 'ready' },
  { claim: 'a reopened task stays open', state: 'ready', landed: [landing('a', 'c1', true)], becomes: undefined },
  {
    claim: 'a landing after a revert counts',
    state: 'ready',
    landed: [landing('a', 'c2'), landing('a', 'c1', true)],
    becomes: 'done',
  },
  {
    claim: 'a task that landed again stays done',
    state: 'done',
    landed: [landing('a', 'c2'), landing('a', 'c1', true)],
    becomes: undefined,
  },
  { claim: 'other tasks do not matter', state: 'ready', landed: [landing('b', 'c1')], becomes: undefined },
  { claim: 'a task done by hand stays done', state: 'done', landed: [], becomes: undefined },
  { claim: 'what was given up stays so', state: 'superseded', landed: [landing('a', 'c1')], becomes: undefined },
  { claim: 'a failed task stays failed', state: 'failed', landed: [landing('a', 'c1', true)], becomes: undefined },
];

test.each(table)('$claim', ({ state, landed, becomes }) => {
  const [wanted] = reconcile([taskFixture({ id: 'a', state })], landed);
  expect(wanted?.patch.state).toBe(becomes);
});
