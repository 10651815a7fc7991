import { type Fence, type HolderId, type Landing, resource, type TaskId } from '@backlog-runner/contracts';
import { memoryLanding, taskFixture } from '@backlog-runner/testkit';
import { expect, test } from 'vitest';
import { reconcileTasks } from '../src/index.ts';
import { world } from './world.ts';

const holder = 'here' as HolderId;

/** A task that landed and whose file then was opened by hand, in a world where files come along or do not. */
async function reopened({ brings }: { readonly brings: boolean }) {
  const w = world({ tasks: [taskFixture({ id: 'a' })] });
  await w.work();
  await w.store.update('a' as TaskId, { state: 'ready' }, { fence: Number.MAX_SAFE_INTEGER as Fence });
  const landing: Landing = { ...memoryLanding(w.repository), bringsFile: async () => brings };
  const { store, leases } = w;
  return { w, parts: { store, leases, landing, holder, leaseTtlMs: 30_000 } };
}

test('a task that landed is marked as done where its file does not arrive with the branch, once', async () => {
  const { w, parts } = await reopened({ brings: false });
  expect(await reconcileTasks(parts)).toMatchObject([{ task: { id: 'a' }, patch: { state: 'done' } }]);
  expect(await w.states()).toEqual({ a: 'done' });
  expect(await reconcileTasks(parts)).toEqual([]);
  expect(await w.leases.list()).toEqual([]);
});

test('a file that arrives with the branch says what its user wants', async () => {
  const { w, parts } = await reopened({ brings: true });
  expect(await reconcileTasks(parts)).toEqual([]);
  expect(await w.states()).toEqual({ a: 'ready' });
});

test('a task that somebody works on is left alone', async () => {
  const { w, parts } = await reopened({ brings: false });
  const resources = [resource.task('a' as TaskId)];
  await w.leases.acquire({ resources, holder: 'other' as HolderId, ttlMs: 30_000 });
  expect(await reconcileTasks(parts)).toEqual([]);
  expect(await w.states()).toEqual({ a: 'ready' });
});

test('what is true is looked up again under the lease', async () => {
  const { w, parts } = await reopened({ brings: false });
  const { landing } = parts;
  let looks = 0;
  const changing: Landing = {
    ...landing,
    landed: async () => {
      looks += 1;
      return looks === 1 ? landing.landed() : [];
    },
  };
  expect(await reconcileTasks({ ...parts, landing: changing })).toEqual([]);
  expect(await w.states()).toEqual({ a: 'ready' });
});
