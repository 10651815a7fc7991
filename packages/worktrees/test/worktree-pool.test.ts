import { chmod, lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommitId, type HolderId, type RunId, resource } from '@backlog-runner/contracts';
import { memoryLeases } from '@backlog-runner/testkit';
import { expect, test } from 'vitest';
import { attempt, fence, gitIn, pool, task, world, writeFiles } from './repository-fixture.ts';

const REF = 'refs/backlog-runner/attempts/x/1';
const RETAIN = { task: task('x'), fence: fence(1), subject: 'Try x' };

test('a workspace shows its base, outside the repository, and what an attempt writes there is retained', async () => {
  const here = await world({ files: { 'a.txt': 'a\n', 'src/b.txt': 'b\n' } });
  const base = await here.head();
  const workspace = await pool(here).open({ attempt: attempt('x.1'), base });

  expect(workspace.directory.startsWith(here.directory)).toBe(false);
  expect(await readFile(join(workspace.directory, 'src/b.txt'), 'utf8')).toBe('b\n');
  expect(await gitIn(workspace.directory, ['status', '--porcelain'])).toBe('');
  expect((await gitIn(workspace.directory, ['rev-parse', 'HEAD'])).trim()).toBe(base);

  await writeFiles(workspace.directory, { 'src/b.txt': 'better\n', 'new.txt': 'new\n' });
  await rm(join(workspace.directory, 'a.txt'));
  const retained = await workspace.retain(RETAIN);
  expect(retained).toMatchObject({
    ref: REF,
    changes: [
      { path: 'a.txt', change: 'deleted' },
      { path: 'new.txt', change: 'added' },
      { path: 'src/b.txt', change: 'modified' },
    ],
  });
  expect((await here.git('rev-parse', REF)).trim()).toBe(retained.commit);
  expect((await here.git('rev-parse', `${REF}^{tree}`)).trim()).toBe(retained.tree);
  expect((await here.git('log', '-1', '--format=%s|%an|%ae', REF)).trim()).toBe('Try x|Ada|ada@example.org');
  expect(await here.git('status', '--porcelain')).toBe('');
  await workspace.close();
});

test('what was retained is shown exactly, whatever was written since', async () => {
  const here = await world({ files: { 'a.txt': 'a\n' } });
  const base = await here.head();
  const workspace = await pool(here).open({ attempt: attempt('x.1'), base });
  await writeFiles(workspace.directory, { 'a.txt': 'better\n', 'new.txt': 'new\n' });
  const { tree } = await workspace.retain(RETAIN);
  for (const stray of [{ 'a.txt': 'worse\n' }, { 'stray.txt': 'stray\n' }, {}]) {
    await writeFiles(workspace.directory, stray);
    await workspace.show(tree, base);
    expect(await readFile(join(workspace.directory, 'a.txt'), 'utf8')).toBe('better\n');
    expect((await readdir(workspace.directory)).sort()).toEqual(['.git', 'a.txt', 'new.txt']);
  }
  await workspace.close();
});

test('an attempt that changed nothing leaves no ref', async () => {
  const here = await world();
  const workspace = await pool(here).open({ attempt: attempt('x.1'), base: await here.head() });
  expect(await workspace.retain(RETAIN)).toMatchObject({ changes: [], commit: await here.head() });
  expect(await here.git('for-each-ref', 'refs/backlog-runner')).toBe('');
  await workspace.close();
});

test('a warm workspace is used again at the next base, without a trace of the attempt before', async () => {
  const here = await world({ files: { 'a.txt': 'a\n', 'gone.txt': 'gone\n', '.gitignore': '*.log\nnode_modules\n' } });
  const manager = pool(here);
  const first = await manager.open({ attempt: attempt('x.1'), base: await here.head() });
  await writeFiles(first.directory, {
    'a.txt': 'mine\n',
    'extra/deep.txt': '1',
    'run.log': '1',
    'node_modules/m/x': '1',
  });
  await first.retain(RETAIN);
  await writeFiles(first.directory, { 'late.txt': 'after the last retain\n' });
  await first.close();

  await here.git('rm', '-q', 'gone.txt');
  const base = await here.commit('Next', { 'a.txt': 'next\n' });
  const second = await manager.open({ attempt: attempt('y.2'), base });
  expect(second.name).toBe(first.name);
  expect((await readdir(second.directory)).sort()).toEqual(['.git', '.gitignore', 'a.txt', 'node_modules']);
  expect(await readFile(join(second.directory, 'a.txt'), 'utf8')).toBe('next\n');
  expect(await gitIn(second.directory, ['status', '--porcelain'])).toBe('');
  await second.close();
});

test('two workspaces are two directories, and no more are opened than the limit', async () => {
  const here = await world();
  const manager = pool(here, { limit: 2 });
  const base = await here.head();
  const [one, two] = await Promise.all(['x.1', 'y.2'].map((id) => manager.open({ attempt: attempt(id), base })));
  expect(one?.directory).not.toBe(two?.directory);
  await expect(manager.open({ attempt: attempt('z.3'), base })).rejects.toMatchObject({
    code: 'WORKSPACE_UNAVAILABLE',
  });
  await one?.close();
  await one?.close();
  const three = await manager.open({ attempt: attempt('z.3'), base });
  expect(three.directory).toBe(one?.directory);
  await Promise.all([two?.close(), three.close()]);
});

test('a workspace that a live runner holds is never taken; one of a dead runner is, and its work is retained first', async () => {
  const here = await world();
  const leases = memoryLeases();
  const base = await here.head();
  const dead = await pool(here, { leases, holder: 'dead' as HolderId }).open({ attempt: attempt('x.7'), base });
  await writeFiles(dead.directory, { 'unfinished.txt': 'precious\n' });

  const neighbour = pool(here, { leases, holder: 'neighbour' as HolderId });
  const other = await neighbour.open({ attempt: attempt('y.8'), base });
  expect(other.name).not.toBe(dead.name);

  for (const lease of await leases.list()) if (lease.holder === 'dead') await leases.release(lease);
  const taken = await neighbour.open({ attempt: attempt('z.9'), base });
  expect(taken.name).toBe(dead.name);
  expect(await here.git('show', 'refs/backlog-runner/attempts/x/7:unfinished.txt')).toBe('precious\n');
  expect(await readdir(taken.directory)).not.toContain('unfinished.txt');
  await expect(dead.retain(RETAIN)).rejects.toMatchObject({ code: 'LEASE_LOST' });
  await expect(dead.show(base, base)).rejects.toMatchObject({ code: 'LEASE_LOST' });
  await Promise.all([other.close(), taken.close(), dead.close()]);
});

test('what the agent committed itself is reachable from the retained commit, also from another branch', async () => {
  const here = await world();
  const workspace = await pool(here).open({ attempt: attempt('x.1'), base: await here.head() });
  await gitIn(workspace.directory, ['checkout', '-q', '-b', 'agent']);
  await writeFiles(workspace.directory, { 'one.txt': '1\n' });
  await gitIn(workspace.directory, ['add', '.']);
  await gitIn(workspace.directory, ['commit', '-q', '-m', 'By the agent']);
  await writeFiles(workspace.directory, { 'two.txt': '2\n' });
  const { commit, changes } = await workspace.retain(RETAIN);
  expect(changes.map(({ path }) => path)).toEqual(['one.txt', 'two.txt']);
  expect(await here.git('log', '--format=%s', commit)).toContain('By the agent');
  await workspace.close();
});

test('earlier states stay reachable when an attempt is retained again', async () => {
  const here = await world();
  const workspace = await pool(here).open({ attempt: attempt('x.1'), base: await here.head() });
  await writeFiles(workspace.directory, { 'draft.txt': 'first\n' });
  const first = await workspace.retain(RETAIN);
  await rm(join(workspace.directory, 'draft.txt'));
  const second = await workspace.retain(RETAIN);
  expect(second.changes).toEqual([]);
  expect((await here.git('merge-base', first.commit, second.commit)).trim()).toBe(first.commit);
  expect((await workspace.retain(RETAIN)).commit).toBe(second.commit);
  await workspace.close();
});

test('showing another tree makes the workspace exactly that, with changes counted against the new base', async () => {
  const here = await world({ files: { 'a.txt': 'a\n', '.gitignore': 'cache\n' } });
  const workspace = await pool(here).open({ attempt: attempt('x.1'), base: await here.head() });
  await writeFiles(workspace.directory, { 'mine.txt': 'mine\n', cache: 'kept' });
  await workspace.retain(RETAIN);
  await writeFiles(workspace.directory, { 'late.txt': 'late\n' });
  const next = await here.commit('Next', { 'b.txt': 'b\n' });

  await workspace.show(next, next);
  expect(workspace.base).toBe(next);
  expect((await readdir(workspace.directory)).sort()).toEqual(['.git', '.gitignore', 'a.txt', 'b.txt', 'cache']);
  await writeFiles(workspace.directory, { 'c.txt': 'c\n' });
  expect((await workspace.retain(RETAIN)).changes).toEqual([{ path: 'c.txt', change: 'added' }]);
  await workspace.close();
});

test('names, links, executable bits and line ends arrive as they are', async () => {
  const here = await world({ files: { 'a.txt': 'a\n', '.gitattributes': '*.dos text eol=crlf\n' } });
  const workspace = await pool(here).open({ attempt: attempt('x.1'), base: await here.head() });
  const names = ['sp ace', 'quo"te', 'new\nline', 'tab\t', 'ünï', '-dash', ':(top)magic', 'back\\slash'];
  await writeFiles(workspace.directory, Object.fromEntries(names.map((name) => [name, name])));
  await writeFile(Buffer.concat([Buffer.from(`${workspace.directory}/latin`), Buffer.of(0xe9)]), 'é');
  await writeFiles(workspace.directory, { 'run.sh': '#!/bin/sh\n', 'lines.dos': 'one\r\ntwo\r\n' });
  await chmod(join(workspace.directory, 'run.sh'), 0o755);
  await symlink('../../etc/passwd', join(workspace.directory, 'link'));
  const { changes, commit } = await workspace.retain(RETAIN);

  const expected = [...names, 'latin\ufffd', 'run.sh', 'link', 'lines.dos'];
  expect(changes.map(({ path }) => path).sort()).toEqual(expected.sort());
  expect(await here.git('ls-tree', commit, 'run.sh', 'link')).toMatch(/^120000 .*link\n100755 .*run.sh\n$/);
  expect(await here.git('show', `${commit}:lines.dos`)).toBe('one\ntwo\n');
  await workspace.show(commit, await here.head());
  expect(await readlink(join(workspace.directory, 'link'))).toBe('../../etc/passwd');
  expect(await readFile(join(workspace.directory, 'lines.dos'), 'utf8')).toBe('one\r\ntwo\r\n');
  expect((await lstat(join(workspace.directory, 'run.sh'))).mode & 0o111).not.toBe(0);
  await workspace.close();
});

test('an agent that removed .git, or made a repository in its place, loses nothing', async () => {
  const here = await world();
  const manager = pool(here);
  const workspace = await manager.open({ attempt: attempt('x.1'), base: await here.head() });
  await rm(join(workspace.directory, '.git'));
  await gitIn(workspace.directory, ['init', '-q']);
  await writeFiles(workspace.directory, { 'kept.txt': 'kept\n' });
  const { changes } = await workspace.retain(RETAIN);
  expect(changes).toEqual([{ path: 'kept.txt', change: 'added' }]);
  await workspace.close();

  const again = await manager.open({ attempt: attempt('y.2'), base: await here.head() });
  expect(again.name).toBe(workspace.name);
  expect(await gitIn(again.directory, ['status', '--porcelain'])).toBe('');
  await again.close();
});

test('a repository the agent made inside its workspace is retained with its files and its history', async () => {
  const here = await world();
  const workspace = await pool(here).open({ attempt: attempt('x.1'), base: await here.head() });
  const nested = join(workspace.directory, 'vendor/lib');
  const empty = join(workspace.directory, 'vendor/empty');
  await writeFiles(workspace.directory, { 'vendor/lib/code.txt': 'code\n', 'vendor/empty/file.txt': 'file\n' });
  for (const directory of [nested, empty]) await gitIn(directory, ['init', '-q']);
  await gitIn(nested, ['add', '.']);
  await gitIn(nested, ['-c', 'user.name=b', '-c', 'user.email=b@c', 'commit', '-q', '-m', 'Inner']);
  const inner = (await gitIn(nested, ['rev-parse', 'HEAD'])).trim();

  const { changes, commit } = await workspace.retain(RETAIN);
  expect(changes.map(({ path }) => path)).toEqual(['vendor/empty/file.txt', 'vendor/lib/code.txt']);
  expect((await gitIn(nested, ['rev-parse', 'HEAD'])).trim()).toBe(inner);
  const parents = (await here.git('log', '-1', '--format=%P', commit)).trim().split(' ');
  const kept = await here.git('ls-tree', '-r', '--name-only', parents.at(-1) ?? '');
  expect(kept).toContain(`objects/${inner.slice(0, 2)}/${inner.slice(2)}`);
  expect((await workspace.retain(RETAIN)).changes).toEqual(changes);
  await workspace.close();
});

test('an agent that hides its changes from git hides nothing from the runner', async () => {
  const here = await world({ files: { 'a.txt': 'a\n', 'b.txt': 'b\n' } });
  const workspace = await pool(here).open({ attempt: attempt('x.1'), base: await here.head() });
  await gitIn(workspace.directory, ['update-index', '--assume-unchanged', 'a.txt']);
  await gitIn(workspace.directory, ['update-index', '--skip-worktree', 'b.txt']);
  await writeFiles(workspace.directory, { 'a.txt': 'hidden\n', 'b.txt': 'hidden\n' });
  const { changes } = await workspace.retain(RETAIN);
  expect(changes.map(({ path }) => path)).toEqual(['a.txt', 'b.txt']);
  await workspace.close();
});

test('a merge the agent left unfinished is forgotten before the next attempt', async () => {
  const here = await world();
  const manager = pool(here);
  const workspace = await manager.open({ attempt: attempt('x.1'), base: await here.head() });
  await gitIn(workspace.directory, ['checkout', '-q', '-b', 'side']);
  await writeFiles(workspace.directory, { 'a.txt': 'side\n' });
  await gitIn(workspace.directory, ['commit', '-qam', 'Side']);
  const theirs = await here.commit('Ours', { 'a.txt': 'ours\n' });
  await expect(gitIn(workspace.directory, ['merge', theirs])).rejects.toThrow();
  await workspace.retain(RETAIN);
  await workspace.close();

  const again = await manager.open({ attempt: attempt('y.2'), base: theirs });
  expect(await gitIn(again.directory, ['status'])).toMatch(/^Not currently on any branch|^HEAD detached/);
  expect(await readFile(join(again.directory, 'a.txt'), 'utf8')).toBe('ours\n');
  await again.close();
});

const damages: readonly (readonly [string, (directory: string, gitDir: string) => Promise<void>])[] = [
  ['its directory is gone', (directory) => rm(directory, { recursive: true })],
  [
    'its directory is empty',
    async (directory) => {
      await rm(directory, { recursive: true });
      await mkdir(directory);
    },
  ],
  [
    'its directory is a file',
    async (directory) => {
      await rm(directory, { recursive: true });
      await writeFile(directory, '');
    },
  ],
  ['its git directory is gone', (_directory, gitDir) => rm(gitDir, { recursive: true })],
  ['its index is damaged', (_directory, gitDir) => writeFile(join(gitDir, 'backlog-runner-index'), 'rubbish')],
  ['a git command was killed in it', (_directory, gitDir) => writeFile(join(gitDir, 'backlog-runner-index.lock'), '')],
  ['its record is damaged', (_directory, gitDir) => writeFile(join(gitDir, 'backlog-runner.1.json'), '{')],
];

test.each(damages)('a free workspace is made again when %s', async (_title, damage) => {
  const here = await world();
  const manager = pool(here);
  const base = await here.head();
  const workspace = await manager.open({ attempt: attempt('x.1'), base });
  const gitDir = (await gitIn(workspace.directory, ['rev-parse', '--absolute-git-dir'])).trim();
  await workspace.retain(RETAIN);
  await workspace.close();
  await damage(workspace.directory, gitDir);

  const again = await manager.open({ attempt: attempt('y.2'), base });
  expect(again.directory).toBe(workspace.directory);
  expect(await readFile(join(again.directory, 'a.txt'), 'utf8')).toBe('a\n');
  expect(await gitIn(again.directory, ['status', '--porcelain'])).toBe('');
  await again.close();
});

test('unretained work whose git directory is gone is moved aside, not removed', async () => {
  const here = await world();
  const manager = pool(here);
  const base = await here.head();
  const workspace = await manager.open({ attempt: attempt('x.1'), base });
  await writeFiles(workspace.directory, { 'precious.txt': 'precious\n' });
  const gitDir = (await gitIn(workspace.directory, ['rev-parse', '--absolute-git-dir'])).trim();
  await workspace.close();
  await rm(gitDir, { recursive: true });

  await (await manager.open({ attempt: attempt('y.2'), base })).close();
  const [aside] = (await readdir(here.pool)).filter((name) => name.startsWith('unknown-w1-'));
  expect(await readFile(join(here.pool, aside ?? '', 'precious.txt'), 'utf8')).toBe('precious\n');
});

test('a project in a subdirectory has its own directory in the workspace, and paths relative to it', async () => {
  const here = await world({ files: { 'packages/app/a.txt': 'a\n', 'other.txt': 'o\n' }, project: 'packages/app' });
  const workspace = await pool(here).open({ attempt: attempt('x.1'), base: await here.head() });
  expect(await readdir(workspace.directory)).toEqual(['a.txt']);
  await writeFiles(workspace.directory, { 'a.txt': 'b\n', '../../other.txt': 'p\n' });
  const { changes } = await workspace.retain(RETAIN);
  expect(changes.map(({ path }) => path)).toEqual(['../../other.txt', 'a.txt']);
  await workspace.close();
});

test('what dead runners left is retained and freed without opening anything; live ones are left alone', async () => {
  const here = await world();
  const leases = memoryLeases();
  const base = await here.head();
  const open = (holder: string, id: string) =>
    pool(here, { leases, holder: holder as HolderId }).open({ attempt: attempt(id), base });
  const dead = await open('dead', 'x.7');
  const idle = await open('dead', 'z.6');
  const live = await open('live', 'y.8');
  await writeFiles(dead.directory, { 'unfinished.txt': 'precious\n' });
  await writeFiles(live.directory, { 'working.txt': 'still\n' });
  for (const lease of await leases.list()) if (lease.holder === 'dead') await leases.release(lease);

  const manager = pool(here, { leases });
  const recovered = await manager.recover();
  expect(recovered).toMatchObject([
    { attempt: 'x.7', base, retained: { changes: [{ path: 'unfinished.txt', change: 'added' }] } },
  ]);
  expect(await here.git('show', `${recovered[0]?.retained.ref}:unfinished.txt`)).toBe('precious\n');
  expect(await here.git('for-each-ref', '--format=%(refname)', 'refs/backlog-runner')).toBe(
    'refs/backlog-runner/attempts/x/7\n',
  );
  expect(await manager.recover()).toEqual([]);
  expect((await leases.list()).map(({ holder }) => holder)).toEqual(['live']);
  await Promise.all([dead.close(), idle.close(), live.close()]);
});

test('work that no retain has seen is retained by whoever gets the workspace next', async () => {
  const here = await world();
  const manager = pool(here);
  const base = await here.head();
  const first = await manager.open({ attempt: attempt('x.1'), base });
  await first.retain(RETAIN);
  await writeFiles(first.directory, { 'late.txt': 'late\n' });
  await first.close({ unretained: true });
  await (await manager.open({ attempt: attempt('y.2'), base })).close();
  expect(await here.git('show', `${REF}:late.txt`)).toBe('late\n');
});

test('a preferred workspace is taken when it is free, and another one when it is not', async () => {
  const here = await world();
  const manager = pool(here);
  const base = await here.head();
  const open = (id: string) => manager.open({ attempt: attempt(id), base, prefer: 'w2' });
  const names = [(await manager.open({ attempt: attempt('x.1'), base })).name];
  const second = await open('x.2');
  names.push(second.name, (await open('x.3')).name);
  await second.close();
  names.push((await open('x.4')).name);
  expect(names).toEqual(['w1', 'w2', 'w3', 'w2']);
});

test('a call that nobody waits for any more opens nothing and leaves nothing open', async () => {
  const here = await world();
  const leases = memoryLeases();
  const calling = new AbortController();
  calling.abort();
  const opening = pool(here, { leases }).open({
    attempt: attempt('x.1'),
    base: await here.head(),
    signal: calling.signal,
  });
  await expect(opening).rejects.toMatchObject({ code: 'WORKSPACE_UNAVAILABLE' });
  const missing = pool(here, { leases }).open({ attempt: attempt('x.1'), base: 'f'.repeat(40) as CommitId });
  await expect(missing).rejects.toMatchObject({ code: 'WORKSPACE_UNAVAILABLE' });
  expect(await leases.list()).toEqual([]);
});

test('a workspace whose lease ran out is left to its run while that is present; then what it left at work ends first', async () => {
  const here = await world({ files: { 'a.txt': 'a\n' } });
  const leases = memoryLeases();
  const ended: RunId[] = [];
  let isAsleep = true;
  const base = await here.head();
  const presence = await leases.acquire({
    resources: [resource.runner('asleep' as RunId)],
    holder: 'asleep' as HolderId,
    ttlMs: 30_000,
  });
  const slept = await pool(here, { leases, run: 'asleep' as RunId }).open({ attempt: attempt('x.1'), base });
  for (const lease of await leases.list()) if (lease.fence !== presence?.fence) await leases.release(lease);

  const other = pool(here, {
    leases,
    run: 'awake' as RunId,
    isRunning: () => isAsleep,
    endProcesses: async (run) => {
      ended.push(run);
      await writeFiles(slept.directory, { 'late.txt': 'written by its agent until the end\n' });
    },
  });
  const first = await other.open({ attempt: attempt('y.2'), base });
  expect([first.name, ended]).toEqual(['w2', []]);
  expect(await other.recover()).toEqual([]);
  if (presence) await leases.release(presence);
  expect(await other.recover()).toEqual([]);
  isAsleep = false;
  expect(await other.recover()).toMatchObject([
    { attempt: 'x.1', retained: { changes: [{ path: 'late.txt', change: 'added' }] } },
  ]);
  expect(ended).toEqual(['asleep']);
});

test('a runner that slept while it recovered a workspace leaves it to whoever has it when it wakes', async () => {
  const here = await world();
  const leases = memoryLeases();
  const base = await here.head();
  const letGo = async () => {
    for (const lease of await leases.list()) await leases.release(lease);
  };
  const dead = await pool(here, { leases, run: 'dead' as RunId }).open({ attempt: attempt('x.1'), base });
  await writeFiles(dead.directory, { 'precious.txt': 'precious\n' });
  await letGo();

  let fallAsleep = () => {};
  const asleep = new Promise<void>((resolve) => {
    fallAsleep = resolve;
  });
  let wake = () => {};
  const woken = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const sleeper = pool(here, {
    leases,
    run: 'sleeper' as RunId,
    endProcesses: async () => {
      fallAsleep();
      await woken;
    },
  });
  const recovery = sleeper.recover();
  await asleep;
  await letGo();
  const awake = await pool(here, { leases, run: 'awake' as RunId }).open({ attempt: attempt('y.2'), base });
  await writeFiles(awake.directory, { 'new.txt': 'new\n' });
  wake();
  expect(await recovery).toEqual([]);
  expect(await here.git('show', `${REF}:precious.txt`)).toBe('precious\n');
  const { changes } = await awake.retain({ ...RETAIN, task: task('y') });
  expect(changes).toEqual([{ path: 'new.txt', change: 'added' }]);
  await awake.close();
});
