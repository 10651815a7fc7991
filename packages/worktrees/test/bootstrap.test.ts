import { readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { attempt, fence, gitIn, pool, task, temporaryDirectory, world, writeFiles } from './repository-fixture.ts';

const RETAIN = { task: task('x'), fence: fence(1), subject: 'Try x' };
const INSTALL = 'mkdir -p node_modules && echo installed >> node_modules/log';
const FILES = { 'a.txt': 'a\n', 'package-lock.json': '{}\n', '.gitignore': 'node_modules\n.env*\n' };

const installs = async (directory: string) =>
  (await readFile(join(directory, 'node_modules/log'), 'utf8')).trim().split('\n').length;

test('dependencies are installed once, and again when the lockfile changes', async () => {
  const here = await world({ files: FILES });
  const manager = pool(here, { bootstrap: { installCommand: INSTALL } });
  const open = async (id: string) => {
    const workspace = await manager.open({ attempt: attempt(id), base: await here.head() });
    const count = await installs(workspace.directory);
    await workspace.retain(RETAIN);
    await workspace.close();
    return count;
  };
  expect(await open('x.1')).toBe(1);
  await here.commit('Unrelated', { 'a.txt': 'b\n' });
  expect(await open('x.2')).toBe(1);
  here.started.length = 0;
  expect(await open('x.3')).toBe(1);
  expect(here.started.some(([command]) => command !== 'git')).toBe(false);
  await here.commit('Depend', { 'package-lock.json': '{ "new": true }\n' });
  here.started.length = 0;
  expect(await open('x.4')).toBe(1);
  expect(here.started.some(([command]) => command !== 'git')).toBe(true);
});

test('what an attempt installed for a lockfile of its own is not kept', async () => {
  const here = await world({ files: FILES });
  const manager = pool(here, { bootstrap: { installCommand: INSTALL } });
  const base = await here.head();
  const first = await manager.open({ attempt: attempt('x.1'), base });
  await writeFiles(first.directory, { 'package-lock.json': '{ "evil": 1 }\n', 'node_modules/evil/index.js': '' });
  await first.retain(RETAIN);
  await first.close();
  const second = await manager.open({ attempt: attempt('y.2'), base });
  expect(await readdir(join(second.directory, 'node_modules'))).toEqual(['log']);
  await second.close();
});

test('a failed install says what it printed, without secrets, and leaves nothing open', async () => {
  const here = await world({ files: FILES });
  const failing = { installCommand: 'echo "token ghp_abcdefghijklmnopqrstuvwxyz012345"; echo cause >&2; exit 3' };
  const opening = pool(here, { limit: 1, bootstrap: failing }).open({
    attempt: attempt('x.1'),
    base: await here.head(),
  });
  await expect(opening).rejects.toMatchObject({
    code: 'BOOTSTRAP_FAILED',
    details: { end: { status: 'exited', code: 3 }, output: 'token [redacted]\n\ncause' },
  });
  const workspace = await pool(here, { limit: 1 }).open({ attempt: attempt('x.2'), base: await here.head() });
  expect(workspace.name).toBe('w1');
  await workspace.close();
});

test('the install command runs in the project directory and knows its workspace', async () => {
  const here = await world({ files: { 'app/package-lock.json': '{}' }, project: 'app' });
  const command = 'pwd > where && echo "$BACKLOG_WORKSPACE" >> where';
  const workspace = await pool(here, { bootstrap: { installCommand: command } }).open({
    attempt: attempt('x.1'),
    base: await here.head(),
  });
  expect(await readFile(join(workspace.directory, 'where'), 'utf8')).toBe(`${workspace.directory}\nw1\n`);
  expect(workspace.environment).toEqual({ BACKLOG_WORKSPACE: 'w1' });
  await workspace.close();
});

test('ignored files of the user that a pattern names are copied, never retained, and never over anything', async () => {
  const here = await world({ files: { ...FILES, 'config/.keep': '', '.worktreeinclude': '.env*\nnotes.txt\n' } });
  const outside = await temporaryDirectory();
  await here.write({
    '.env': 'SECRET=1\n',
    'config/.env.local': 'LOCAL=1\n',
    'notes.txt': 'not ignored\n',
    other: '1',
  });
  await symlink(outside, join(here.directory, '.env.link'));
  const manager = pool(here, { bootstrap: { copyFiles: ['/other'] } });
  const workspace = await manager.open({ attempt: attempt('x.1'), base: await here.head() });
  expect(await readFile(join(workspace.directory, '.env'), 'utf8')).toBe('SECRET=1\n');
  expect(await readFile(join(workspace.directory, 'config/.env.local'), 'utf8')).toBe('LOCAL=1\n');
  for (const name of ['notes.txt', 'other', '.env.link'])
    expect(await readdir(workspace.directory)).not.toContain(name);

  await writeFiles(workspace.directory, { '.gitignore': '', 'mine.txt': 'mine\n' });
  await rm(join(workspace.directory, '.gitignore'));
  const { changes, commit } = await workspace.retain(RETAIN);
  expect(changes.map(({ path }) => path)).toEqual(['.gitignore', 'mine.txt']);
  expect(await gitIn(here.directory, ['ls-tree', '-r', '--name-only', commit])).not.toContain('.env');
  await workspace.close();
});

test('a workspace to look around in gets neither dependencies nor files of the user, and those that are there stay', async () => {
  const here = await world({ files: FILES });
  await here.write({ '.env.local': 'SECRET=1\n' });
  const manager = pool(here, { bootstrap: { installCommand: INSTALL, copyFiles: ['.env*'] } });
  const base = await here.head();
  const first = await manager.open({ attempt: attempt('pass-x.1'), base, bootstrap: false });
  expect(await readdir(first.directory)).not.toContain('node_modules');
  expect(await readdir(first.directory)).not.toContain('.env.local');
  await first.close();
  const second = await manager.open({ attempt: attempt('x.2'), base });
  expect(await readdir(second.directory)).toContain('.env.local');
  await second.retain(RETAIN);
  await second.close();
  const third = await manager.open({ attempt: attempt('pass-x.3'), base, bootstrap: false });
  expect(await readdir(third.directory)).not.toContain('.env.local');
  await third.close();
  const fourth = await manager.open({ attempt: attempt('x.4'), base });
  expect(await installs(fourth.directory)).toBe(1);
  await fourth.close();
});
