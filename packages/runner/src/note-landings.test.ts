import {
  type BacklogEvent,
  foldHistory,
  type HolderId,
  type JournalEntry,
  type LandedCommit,
  type ResourceKey,
} from '@backlog-runner/contracts';
import { memoryLeases, memoryStore, taskFixture } from '@backlog-runner/testkit';
import { expect, test } from 'vitest';
import { endedEntry, NOW, RUN, startedEntry } from '../test/fixtures.ts';
import { noteLandings } from './note-landings.ts';
import type { RunContext } from './run-context.ts';

const died = { status: 'interrupted', reason: 'its runner died' };
const landed = { commit: 'c1', task: 'a', attempt: 'a.1', reverted: false } as LandedCommit;
const told = { type: 'task.landed', task: 'a', attempt: 'a.1', commit: 'c1', branch: 'main' };

async function note(entries: readonly object[], landings: readonly LandedCommit[], held: readonly string[] = []) {
  const events: BacklogEvent[] = [];
  const leases = memoryLeases();
  const store = memoryStore([taskFixture({ id: 'a' })], { highestFence: () => 1 });
  if (held.length > 0)
    await leases.acquire({ resources: held as ResourceKey[], holder: 'other' as HolderId, ttlMs: 30_000 });
  const parts = { leases, store, landing: { branch: 'main', landed: async () => landings } };
  const emit = async (event: BacklogEvent) => void events.push(event);
  const journal = entries.map((entry, seq) => ({ at: NOW, run: RUN, seq, ...entry }) as JournalEntry);
  await noteLandings({ parts, emit } as unknown as RunContext, foldHistory(journal));
  return { events, state: (await store.read()).tasks[0]?.state };
}

test('what landed although its attempt was closed as cut off is told, and its task is done', async () => {
  const { events, state } = await note([startedEntry('a'), endedEntry('a', died, false)], [landed]);
  expect(events).toEqual([told]);
  expect(state).toBe('done');
});

test('a landing that was reverted since is told, and its task stays as it is', async () => {
  const { events, state } = await note(
    [startedEntry('a'), endedEntry('a', died, false)],
    [{ ...landed, reverted: true }],
  );
  expect(events).toEqual([told]);
  expect(state).toBe('ready');
});

const quiet: readonly (readonly [string, Parameters<typeof note>])[] = [
  ['was told', [[startedEntry('a'), endedEntry('a', died, false), told], [landed]]],
  ['is of an attempt that is not closed yet', [[startedEntry('a')], [landed]]],
  ['is of another machine', [[], [landed]]],
  ['is of a task that somebody has now', [[startedEntry('a'), endedEntry('a', died, false)], [landed], ['task/a']]],
];
test.each(quiet)('nothing is said of a landing that %s', async (_what, story) => {
  expect((await note(...story)).events).toEqual([]);
});
