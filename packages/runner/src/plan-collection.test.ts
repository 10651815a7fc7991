import { foldHistory, type JournalEntry, type TaskState } from '@backlog-runner/contracts';
import { taskFixture } from '@backlog-runner/testkit';
import { describe, expect, test } from 'vitest';
import { endedEntry, startedEntry } from '../test/fixtures.ts';
import { type CollectionFacts, planCollection } from './plan-collection.ts';

const DAY = 24 * 3_600_000;
const policy = { days: 14, worktrees: 2 };
const refused = { status: 'refused', by: 'validation', reason: 'no' };
const landedAs = (fence: number) => [
  startedEntry('a', fence),
  { type: 'task.landed', task: 'a', attempt: `a.${fence}`, commit: `c${fence}`, branch: 'main' },
  endedEntry('a', { status: 'landed', commit: `c${fence}` }, false, fence),
];
const failedTry = (fence: number) => [startedEntry('a', fence), endedEntry('a', refused, true, fence)];
const landing = (fence: number, reverted = false) => ({
  commit: `c${fence}`,
  task: 'a',
  attempt: `a.${fence}`,
  reverted,
});

interface Given extends Partial<Record<keyof CollectionFacts, unknown>> {
  readonly story?: readonly object[];
  readonly state?: TaskState;
}

function plan({ story = [], state = 'done', ...facts }: Given) {
  const entries = story.map((entry, seq) => ({ at: 0, run: 'r', seq, ...entry }) as unknown as JournalEntry);
  return planCollection(
    {
      ...{ now: 20 * DAY, history: foldHistory(entries), tasks: [taskFixture({ id: 'a', state })] },
      ...{ landed: [landing(2)], heldTasks: new Set(), refs: [], directories: [], worktrees: [] },
      ...{ usedWorktrees: new Set(), leftovers: [], isRunning: false, ...facts },
    } as unknown as CollectionFacts,
    policy,
  );
}
const refs = (...attempts: readonly string[]) => attempts.map((attempt) => ({ ref: `refs/${attempt}`, attempt }));

describe('a look', () => {
  const began = { type: 'pass.started', inquiry: 'pass-x.3', pass: 'x', fence: 3, base: 'b' };
  const ended = (at: number) => ({
    ...{ type: 'pass.ended', inquiry: 'pass-x.3', pass: 'x', counts: true, at },
    outcome: { status: 'found', proposed: 0 },
  });
  test.each([
    ['goes on', [began], 'keep'],
    ['ended lately', [began, ended(15 * DAY)], 'keep'],
    ['ended long ago', [began, ended(DAY)], 'remove'],
  ])('that %s: what was asked and answered is to be judged so', (_when, story, action) => {
    expect(plan({ story, directories: ['pass-x.3'] })).toMatchObject([{ name: 'pass-x.3', action }]);
  });

  test('keeps what it wrote where it may only look', () => {
    expect(plan({ story: [began, ended(DAY)], refs: refs('pass-x.3') })).toMatchObject([{ action: 'keep' }]);
  });
});

describe('an attempt', () => {
  const story = [...failedTry(1), ...landedAs(2)];
  test('that landed long ago goes, and so do those before it, with what was written of them', () => {
    expect(plan({ story, refs: refs('a.1', 'a.2'), directories: ['a.1'] })).toEqual([
      {
        kind: 'attempt-ref',
        name: 'refs/a.1',
        attempt: 'a.1',
        action: 'remove',
        reason: 'its task landed by a.2 20 days ago',
      },
      { kind: 'attempt-ref', name: 'refs/a.2', attempt: 'a.2', action: 'remove', reason: 'it landed 20 days ago' },
      {
        kind: 'attempt-directory',
        name: 'a.1',
        attempt: 'a.1',
        action: 'remove',
        reason: 'its task landed by a.2 20 days ago',
      },
    ]);
  });

  test.each<[string, Given, RegExp]>([
    ['that landed lately', { story, now: 13 * DAY }, /landed 13 days ago, and attempts are kept for 14 days/],
    ['from the future', { story, now: -DAY }, /kept for 14 days/],
    ['nobody knows', { story: [] }, /journal does not know/],
    ['that runs', { story: [startedEntry('a', 1)] }, /has not ended/],
    ['whose task is worked on', { story, heldTasks: new Set(['a']) }, /being worked on/],
    [
      'whose landing is held',
      { story: [startedEntry('a', 1), endedEntry('a', { status: 'held', reason: 'r', paths: [] }, false, 1)] },
      /held/,
    ],
    ['of a task that never landed', { story: failedTry(1), landed: [] }, /not landed/],
    [
      'that was interrupted',
      { story: [startedEntry('a', 1), endedEntry('a', { status: 'interrupted', reason: 'r' }, false, 1)], landed: [] },
      /not landed/,
    ],
    ['whose landing is on another branch', { story, landed: [] }, /not landed on this branch/],
    ['whose landing was reverted', { story, landed: [landing(2, true)] }, /reverted/],
    ['whose task was reopened', { story, state: 'ready' }, /ready again/],
  ])('%s stays', (_claim, given, reason) => {
    const decisions = plan({ ...given, refs: refs('a.1') });
    expect(decisions).toEqual([expect.objectContaining({ action: 'keep', reason: expect.stringMatching(reason) })]);
  });

  test('after the landing of its task stays', () => {
    const decisions = plan({ story: [...story, ...failedTry(3)], refs: refs('a.3') });
    expect(decisions).toMatchObject([{ action: 'keep', reason: 'it is newer than the landing of its task' }]);
  });

  test('whose task is gone from the backlog goes like any other', () => {
    expect(plan({ story, tasks: [], refs: refs('a.2') })).toMatchObject([{ action: 'remove' }]);
  });
});

test('of the worktrees above the pool those go that are free, the coldest first', () => {
  const worktrees = [
    { name: 'w1', state: 'free' },
    { name: 'w2', state: 'free' },
    { name: 'w3', state: 'free' },
    { name: 'w4', state: 'open', attempt: 'a.1' },
    { name: 'w5', state: 'free' },
  ];
  const decisions = plan({ worktrees, usedWorktrees: new Set(['w5']) });
  expect(decisions.map(({ name, action, reason }) => `${name} ${action}: ${reason}`)).toEqual([
    'w1 remove: there are more than the pool needs',
    'w2 remove: there are more than the pool needs',
    'w3 remove: there are more than the pool needs',
    'w4 keep: it holds the work of a.1',
    'w5 keep: it is in use',
  ]);
  expect(plan({ worktrees: worktrees.slice(0, 3) }).map(({ action }) => action)).toEqual(['keep', 'keep', 'remove']);
});

test('what a write left goes when it is old and nobody runs', () => {
  const leftovers = [{ path: '.x.tmp', changedAt: 0 }];
  expect(plan({ leftovers })).toMatchObject([{ action: 'remove' }]);
  expect(plan({ leftovers, isRunning: true })).toMatchObject([{ action: 'keep', reason: 'a runner is running' }]);
  expect(plan({ leftovers, now: DAY - 1 })).toMatchObject([{ action: 'keep' }]);
});
