import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HolderId, LeaseManager } from '@backlog-runner/contracts';
import { memoryLeases } from '@backlog-runner/testkit';
import { expect, test } from 'vitest';
import { checkoutWorkspace, gitLanding } from '../src/index.ts';
import { claimedLanding, DONE, landRequest, pictureOf, READY, TASK_PATH } from './landing-fixture.ts';
import { attempt, fence, task, type World, world } from './repository-fixture.ts';

const FILES = { 'a.txt': 'a\n', 'gone.txt': 'gone\n', [TASK_PATH]: READY, '.gitignore': 'build\n' };
const RETAIN = { task: task('x'), fence: fence(1), subject: 'Try x' };

const manager = ({ repository }: World, leases: LeaseManager = memoryLeases()) =>
  checkoutWorkspace({ repository, leases, holder: 'holder' as HolderId, leaseTtlMs: 30_000 });

const dirty: readonly (readonly [string, (here: World) => Promise<unknown>])[] = [
  ['an edited file', (here) => here.write({ 'a.txt': 'mine\n' })],
  ['an untracked file', (here) => here.write({ 'mine.txt': 'mine\n' })],
  [
    'a staged file',
    async (here) => {
      await here.write({ 'mine.txt': 'mine\n' });
      await here.git('add', 'mine.txt');
    },
  ],
  ['a deleted file', (here) => rm(join(here.directory, 'a.txt'))],
  ['a bisect in progress', (here) => here.git('bisect', 'start')],
];

test.each(dirty)('a checkout with %s is refused', async (_title, prepare) => {
  const here = await world({ files: FILES });
  await prepare(here);
  const before = await pictureOf(here);
  const opening = manager(here).open({ attempt: attempt('x.1'), base: await here.head() });
  await expect(opening).rejects.toMatchObject({ code: 'CHECKOUT_NOT_CLEAN' });
  expect(await pictureOf(here)).toBe(before);
});

test('after an attempt that did not land, the checkout is exactly as it was, the uncommitted backlog included', async () => {
  const here = await world({ files: FILES });
  await here.write({
    [TASK_PATH]: `${READY}# soon\n`,
    'backlog/tasks/new.yaml': 'title: New\n',
    'backlog.md': '# B\n',
  });
  await here.git('add', 'backlog/tasks/new.yaml');
  const before = [await pictureOf(here), await here.git('symbolic-ref', 'HEAD')];
  const workspace = await manager(here).open({ attempt: attempt('x.1'), base: await here.head() });
  expect(workspace.directory).toBe(here.directory);

  await here.write({ 'a.txt': 'theirs\n', 'added/file.txt': 'new\n' });
  await rm(join(here.directory, 'gone.txt'));
  await here.git('add', '-A');
  await here.git('commit', '-q', '-m', 'By the agent');
  await here.write({ 'added/later.txt': 'later\n' });
  const { changes } = await workspace.retain(RETAIN);
  expect(changes.map(({ path }) => path)).toEqual(['a.txt', 'added/file.txt', 'added/later.txt', 'gone.txt']);
  await here.write({ 'last.txt': 'after the last retain\n' });
  await workspace.close();
  await workspace.close();

  expect([await pictureOf(here), await here.git('symbolic-ref', 'HEAD')]).toEqual(before);
  expect(await here.git('show', 'refs/backlog-runner/attempts/x/1:last.txt')).toBe('after the last retain\n');
  expect(await here.git('log', '--format=%s', 'refs/backlog-runner/attempts/x/1')).toContain('By the agent');
});

test('after an attempt that landed, the checkout shows the landed commit and is clean', async () => {
  const here = await world({ files: FILES });
  const base = await here.head();
  await here.write({ [TASK_PATH]: `${READY}# soon\n` });
  const landing = await claimedLanding(here.repository);
  const workspace = await manager(here).open({ attempt: attempt('x.1'), base });
  await here.write({ 'a.txt': 'better\n', 'new.txt': 'new\n' });
  const { tree } = await workspace.retain(RETAIN);
  expect(await landing.land(landRequest(tree, base))).toMatchObject({ status: 'landed' });
  await workspace.close();

  expect(await here.git('status', '--porcelain', '--branch')).toBe('## main\n');
  expect(await readFile(join(here.directory, 'new.txt'), 'utf8')).toBe('new\n');
  expect(await readFile(join(here.directory, TASK_PATH), 'utf8')).toBe(DONE);
});

test('another tree can be shown, and then be given back', async () => {
  const here = await world({ files: FILES });
  const base = await here.head();
  const workspace = await manager(here).open({ attempt: attempt('x.1'), base });
  await here.write({ 'a.txt': 'better\n' });
  const { tree } = await workspace.retain(RETAIN);
  await workspace.show(base, base);
  expect(await readFile(join(here.directory, 'a.txt'), 'utf8')).toBe('a\n');
  await workspace.show(tree, base);
  expect(await readFile(join(here.directory, 'a.txt'), 'utf8')).toBe('better\n');
  await workspace.close();
  expect(await here.git('status', '--porcelain', '--branch')).toBe('## main\n');
});

test('only one attempt at a time; what a dead runner left is retained and put back first', async () => {
  const here = await world({ files: FILES });
  const base = await here.head();
  const leases = memoryLeases();
  const dead = await manager(here, leases).open({ attempt: attempt('x.7'), base });
  await expect(manager(here, leases).open({ attempt: attempt('y.8'), base })).rejects.toMatchObject({
    code: 'WORKSPACE_UNAVAILABLE',
  });
  await writeFile(join(here.directory, 'unfinished.txt'), 'precious\n');
  for (const lease of await leases.list()) await leases.release(lease);

  const next = await manager(here, leases).open({ attempt: attempt('y.8'), base });
  expect(await here.git('status', '--porcelain')).toBe('');
  expect(await here.git('show', 'refs/backlog-runner/attempts/x/7:unfinished.txt')).toBe('precious\n');
  await expect(dead.retain(RETAIN)).rejects.toMatchObject({ code: 'LEASE_LOST' });
  await dead.close();
  expect(await here.git('status', '--porcelain', '--branch')).toBe('## HEAD (no branch)\n');
  await next.close();
  expect(await here.git('status', '--porcelain', '--branch')).toBe('## main\n');
});

test('a checkout that a dead runner left is put back without opening it', async () => {
  const here = await world({ files: FILES });
  const base = await here.head();
  const leases = memoryLeases();
  const dead = await manager(here, leases).open({ attempt: attempt('x.7'), base });
  expect(await manager(here, leases).recover()).toEqual([]);
  await here.write({ 'a.txt': 'unfinished\n' });
  for (const lease of await leases.list()) await leases.release(lease);
  expect(await manager(here, leases).recover()).toMatchObject([
    { attempt: 'x.7', base, retained: { changes: [{ path: 'a.txt', change: 'modified' }] } },
  ]);
  expect(await here.git('status', '--porcelain', '--branch')).toBe('## main\n');
  expect(await manager(here, leases).recover()).toEqual([]);
  await dead.close();
});

test('an ignored file stays when the checkout is given back', async () => {
  const here = await world({ files: FILES });
  const workspace = await manager(here).open({ attempt: attempt('x.1'), base: await here.head() });
  await here.write({ build: 'ignored\n' });
  await workspace.retain(RETAIN);
  await workspace.close();
  expect(await readFile(join(here.directory, 'build'), 'utf8')).toBe('ignored\n');
});

test('a runner that died in the checkout does not hide which branch to land on', async () => {
  const here = await world({ files: FILES });
  await manager(here).open({ attempt: attempt('x.1'), base: await here.head() });
  const landing = await gitLanding({ repository: here.repository });
  expect(landing.branch).toBe('refs/heads/main');
});
