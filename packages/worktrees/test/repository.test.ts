import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId, TreeId } from '@backlog-runner/contracts';
import { expect, test } from 'vitest';
import { defaultPoolDirectory, openRepository } from '../src/index.ts';
import { claimedLanding, DONE, landRequest, READY, TASK_PATH } from './landing-fixture.ts';
import {
  attempt,
  ENVIRONMENT,
  fence,
  gitIn,
  openWorld,
  pool,
  task,
  temporaryDirectory,
  type World,
  world,
  writeFiles,
} from './repository-fixture.ts';

test('a directory outside every repository, a bare one and one without a commit are refused with what to type', async () => {
  const directory = await temporaryDirectory();
  const open = (path: string) => openRepository({ directory: path, environment: ENVIRONMENT });
  await expect(open(directory)).rejects.toMatchObject({
    code: 'NOT_A_REPOSITORY',
    hint: expect.stringContaining('git init'),
  });
  await expect(open(join(directory, 'missing'))).rejects.toMatchObject({ code: 'NOT_A_REPOSITORY' });
  await gitIn(directory, ['init', '-q', '--bare', 'bare.git']);
  await expect(open(join(directory, 'bare.git'))).rejects.toMatchObject({ code: 'NOT_A_REPOSITORY' });
  await gitIn(directory, ['init', '-q', 'empty']);
  await expect(open(join(directory, 'empty'))).rejects.toMatchObject({ code: 'NO_COMMITS' });
});

test('a git that is too old or missing is refused by name', async () => {
  const { directory } = await world();
  const old = openRepository({
    directory,
    environment: ENVIRONMENT,
    run: async () => ({
      end: { status: 'exited', code: 0 },
      stdout: 'git version 2.37.9\n',
      stderr: '',
      truncated: false,
      durationMs: 1,
    }),
  });
  await expect(old).rejects.toMatchObject({ code: 'GIT_TOO_OLD', message: expect.stringContaining('2.37.9') });
  const missing = openRepository({ directory, environment: { ...ENVIRONMENT, PATH: '/nonexistent' } });
  await expect(missing).rejects.toMatchObject({ code: 'GIT_FAILED', hint: expect.stringContaining('Install git') });
});

test('the environment of the caller cannot redirect git', async () => {
  const here = await world();
  const elsewhere = await world();
  const repository = await openRepository({
    directory: here.directory,
    environment: { ...ENVIRONMENT, GIT_DIR: join(elsewhere.directory, '.git'), GIT_INDEX_FILE: '/nonexistent' },
  });
  expect(repository.checkout.directory).toBe(here.directory);
});

test('commits are made in the user’s name, or in the runner’s where git knows none', async () => {
  const here = await world();
  expect(await here.repository.identity()).toBe('Ada <ada@example.org>');
  await here.git('config', '--unset', 'user.name');
  await here.git('config', 'user.useConfigOnly', 'true');
  await here.git('config', '--unset', 'user.email');
  const { repository } = await openWorld(here.directory, here.directory, here.directory);
  expect(await repository.identity()).toBe('backlog-runner <backlog-runner@localhost>');
});

test('the pool is outside the repository, one for each project directory, where the system keeps state', async () => {
  const here = await world({ files: { 'app/a.txt': 'a\n' } });
  const app = await openWorld(here.directory, here.directory, join(here.directory, 'app'));
  const home = { HOME: '/home/ada', LOCALAPPDATA: 'C:\\Local' };
  const paths = {
    linux: defaultPoolDirectory(home, here.repository, 'linux'),
    mac: defaultPoolDirectory(home, here.repository, 'darwin'),
    xdg: defaultPoolDirectory({ ...home, XDG_STATE_HOME: '/state' }, here.repository, 'linux'),
    app: defaultPoolDirectory(home, app.repository, 'linux'),
  };
  expect(paths.linux).toMatch(/^\/home\/ada\/.local\/state\/backlog-runner\/repo-[0-9a-f]{12}$/);
  expect(paths.mac).toMatch(/^\/home\/ada\/Library\/Application Support\/backlog-runner\/repo-/);
  expect(paths.xdg).toMatch(/^\/state\/backlog-runner\/repo-/);
  expect(paths.app).not.toBe(paths.linux);
});

/** Opens, retains, merges and lands once, in a repository of a kind. */
async function wholeTask(here: World): Promise<void> {
  const base = await here.head();
  const landing = await claimedLanding(here.repository);
  expect(await landing.fenceFloor()).toBe(1);
  const workspace = await pool(here).open({ attempt: attempt('x.1'), base });
  await writeFiles(workspace.directory, { 'a.txt': 'better\n', 'new.txt': 'new\n' });
  const { tree, commit, ref } = await workspace.retain({ task: task('x'), fence: fence(1), subject: 'Try x' });
  expect((await here.git('rev-parse', ref)).trim()).toBe(commit);
  const onto = await here.commit('Meanwhile', { 'keep.txt': 'kept\n' });
  const merged = await landing.merge({ attempt: commit, base, onto });
  expect(merged.status).toBe('merged');
  await workspace.show(merged.tree, onto);
  expect(await readFile(join(workspace.directory, 'keep.txt'), 'utf8')).toBe('kept\n');
  expect((await gitIn(workspace.directory, ['rev-parse', 'HEAD'])).trim()).toBe(onto);
  await workspace.close();
  expect(await landing.land(landRequest(merged.tree, onto))).toMatchObject({ status: 'landed', checkout: 'followed' });
  expect(await here.git('show', `HEAD:${TASK_PATH}`)).toBe(DONE);
  expect(await here.git('status', '--porcelain')).toBe('');
  expect(await here.git('fsck', '--strict')).not.toMatch(/error|missing/);
  expect(tree).not.toBe(merged.tree);
}

const FILES = { 'a.txt': 'a\n', [TASK_PATH]: READY };

test('a repository with SHA-256 names works by git alone', async () => {
  await wholeTask(await world({ files: FILES, init: ['--object-format=sha256'] }));
});

test('a clone that borrows its objects from another repository works', async () => {
  const origin = await world({ files: FILES });
  await origin.git('gc', '-q');
  const root = await temporaryDirectory();
  await gitIn(root, ['clone', '-q', '--shared', origin.directory, 'clone']);
  const directory = join(root, 'clone');
  await gitIn(directory, ['config', 'user.name', 'Ada']);
  await gitIn(directory, ['config', 'user.email', 'ada@example.org']);
  await wholeTask(await openWorld(root, directory, directory));
});

test('a packed repository works, and so does one whose refs may not be read as files', async () => {
  const here = await world({ files: FILES });
  await here.git('gc', '-q');
  await here.git('pack-refs', '--all');
  await wholeTask(here);

  const other = await world({ files: FILES });
  const refs = {
    read: async (name: string) =>
      (await other.git('rev-parse', '-q', '--verify', name).catch(() => '')).trim() || undefined,
  };
  await wholeTask({ ...other, repository: { ...other.repository, refsAreFiles: false, refs } });
});

test('both ways to read and write objects agree, byte for byte', async () => {
  const here = await world({ files: { ...FILES, 'dir/x': 'x\n', 'dir.txt': 'd\n', 'dir-b/y': 'y\n' } });
  await gitIn(here.directory, ['config', 'core.sharedRepository', 'group']);
  const byGit = (await openWorld(here.directory, here.directory, here.directory)).repository.objects;
  const { objects } = here.repository;
  const head = (await here.head()) as CommitId;
  const tree = await objects.treeOf(head);
  expect(await byGit.treeOf(head)).toBe(tree);
  expect(await byGit.treeOf(tree)).toBe(await objects.treeOf(tree));
  const entry = { mode: '100644', id: await objects.writeBlob('ü\n') };
  expect(await byGit.writeBlob('ü\n')).toBe(entry.id);
  expect(await byGit.blobText(entry.id)).toBe(await objects.blobText(entry.id));
  for (const path of ['dir/z', 'dir', 'new/deep/er', 'dir.a', 'dir/x', 'dir0', 'a.txt/below']) {
    expect([path, await objects.withFile(tree, path, entry)]).toEqual([path, await byGit.withFile(tree, path, entry)]);
    expect(await objects.entryAt(tree, path)).toEqual(await byGit.entryAt(tree, path));
  }
  for (const id of [head, tree, '0'.repeat(40)]) expect(await objects.isCommit(id)).toBe(await byGit.isCommit(id));
  await expect(objects.treeOf('1'.repeat(40) as TreeId)).rejects.toMatchObject({ code: 'GIT_FAILED' });
});

test('a project directory that the base does not have yet exists in its workspace', async () => {
  const here = await world();
  await mkdir(join(here.directory, 'app'));
  const app = await openWorld(join(here.directory, '..'), here.directory, join(here.directory, 'app'));
  const workspace = await pool(app).open({ attempt: attempt('x.1'), base: await here.head() });
  await writeFiles(workspace.directory, { 'first.txt': '1\n' });
  expect((await workspace.retain({ task: task('x'), fence: fence(1), subject: 'x' })).changes).toEqual([
    { path: 'first.txt', change: 'added' },
  ]);
  await workspace.close();
});
