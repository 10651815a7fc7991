import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId, RepoPath } from '@backlog-runner/contracts';
import { memoryLeases } from '@backlog-runner/testkit';
import { expect, test } from 'vitest';
import { gitLanding, gitRecords, poolInventory } from '../src/index.ts';
import { claimedLanding, landRequest, treeWith } from './landing-fixture.ts';
import { attempt, fence, pool, task, world } from './repository-fixture.ts';

const missing = 'f'.repeat(40) as CommitId;

test('the records of a repository name its attempts, its claims, and what is there', async () => {
  const here = await world();
  const records = gitRecords(here.repository);
  expect(await records.attempts()).toEqual([]);
  expect(await records.fences()).toEqual(new Map());
  const head = await here.head();
  await here.git('update-ref', 'refs/backlog-runner/attempts/x.y/7', head);
  await here.git('update-ref', 'refs/backlog-runner/attempts/x.y/by-hand', head);
  await (await gitLanding({ repository: here.repository })).claim(task('x.y'), fence(7));
  const kept = { ref: 'refs/backlog-runner/attempts/x.y/7', attempt: attempt('x.y.7'), commit: head };
  expect(await records.attempts()).toEqual([kept]);
  expect(await records.fences()).toEqual(new Map([['x.y', 7]]));
  expect([...(await records.commits([head, missing])).keys()]).toEqual([head]);
  expect(await records.present([head, missing])).toEqual(new Set([head]));
  expect(await records.holds(head, missing)).toBe(false);
  expect(await records.commits([])).toEqual(new Map());

  expect(await records.removeAttempt({ ...kept, commit: missing })).toBe(false);
  expect(await records.attempts()).toHaveLength(1);
  expect(await records.removeAttempt(kept)).toBe(true);
  expect(await records.attempts()).toEqual([]);
});

test('changes of many pairs of trees are told apart, as paths of the project', async () => {
  const here = await world({ files: { 'app/a.txt': 'a\n', 'b.txt': 'b\n' }, project: 'app' });
  const records = gitRecords(here.repository);
  const first = await here.head();
  const second = await here.commit('Change', { 'app/ä b.txt': 'new\n', 'b.txt': 'changed\n' });
  const facts = await records.commits([first, second]);
  const [one, two] = [facts.get(first), facts.get(second)];
  if (!one || !two) throw new Error('Both are there.');
  expect(two.parents).toEqual([first]);
  const pairs = [
    [one.tree, two.tree],
    [two.tree, two.tree],
    [two.tree, one.tree],
  ] as const;
  const paths = ['ä b.txt', '../b.txt'];
  expect((await records.changedPaths(pairs)).map((found) => [...found].sort())).toEqual([
    [...paths].sort(),
    [],
    [...paths].sort(),
  ]);
  expect(await (await records.fileIn(two.tree, 'ä b.txt'))?.text()).toBe('new\n');
  expect(await records.fileIn(two.tree, 'b.txt')).toBeUndefined();
});

test('a landing brings a task file only where the branch is checked out and holds it', async () => {
  const here = await world();
  const path = 'backlog/tasks/x.yaml' as RepoPath;
  const landing = await claimedLanding(here.repository);
  expect(await landing.bringsFile(path)).toBe(false);
  const head = await here.head();
  await landing.land(landRequest(await treeWith(here, head, { 'b.txt': 'b\n' }), head));
  expect(await landing.bringsFile(path)).toBe(true);
  await here.git('switch', '-q', '-c', 'other');
  expect(await landing.bringsFile(path)).toBe(false);
});

test('the inventory of a pool names what is in it and removes only what is free', async () => {
  const here = await world();
  const leases = memoryLeases();
  const workspaces = pool(here, { leases });
  const holder = 'gc' as never;
  const inventory = poolInventory({
    repository: here.repository,
    directory: here.pool,
    leases,
    holder,
    leaseTtlMs: 30_000,
  });
  expect(await inventory.list()).toEqual([]);
  const [one, two] = [
    await workspaces.open({ attempt: attempt('x.1'), base: await here.head() }),
    await workspaces.open({ attempt: attempt('y.2'), base: await here.head() }),
  ];
  await mkdir(join(here.pool, 'w1.aside'));
  await mkdir(join(here.pool, 'unknown-w9-abc'));
  await two.close({ unretained: false });
  expect(await inventory.list()).toEqual([
    { kind: 'unknown', name: 'unknown-w9-abc' },
    { kind: 'worktree', name: 'w1', state: 'open', attempt: 'x.1' },
    { kind: 'aside', name: 'w1.aside', isEmpty: true },
    { kind: 'worktree', name: 'w2', state: 'free', attempt: 'y.2' },
  ]);
  for (const name of ['w1', 'w1.aside', 'unknown-w9-abc', '../repo']) expect(await inventory.remove(name)).toBe(false);
  expect(await inventory.remove('w2')).toBe(true);
  await writeFile(join(here.pool, 'w1', 'work.txt'), 'work\n');
  await one.close({ unretained: true });
  expect(await inventory.remove('w1')).toBe(false);
  expect(await inventory.remove('w1.aside')).toBe(true);
  expect((await inventory.list()).map(({ name }) => name)).toEqual(['unknown-w9-abc', 'w1']);
  expect(await here.git('worktree', 'list')).not.toContain('w2');
});
