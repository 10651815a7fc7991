import { chmod, lstat, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId, TreeId } from '@backlog-runner/contracts';
import { expect, test } from 'vitest';
import { gitLanding } from '../src/index.ts';
import {
  claimedLanding,
  DONE,
  landRequest,
  pictureOf,
  READY,
  TASK_PATH,
  taskFile,
  treeWith,
} from './landing-fixture.ts';
import {
  attempt,
  fence,
  gitIn,
  openWorld,
  pool,
  task,
  temporaryDirectory,
  type World,
  world,
} from './repository-fixture.ts';

const FILES = { 'a.txt': 'a\n', 'keep.txt': 'keep\n', [TASK_PATH]: READY, '.gitignore': '*.secret\nbuild/\n' };

test('code and the task file arrive in one commit, and a clean checkout follows and stays clean', async () => {
  const here = await world({ files: FILES });
  const base = await here.head();
  const tree = await treeWith(here, base, { 'a.txt': 'better\n', 'new/file.txt': 'new\n' });
  const landing = await claimedLanding(here.repository);
  expect(landing.branch).toBe('refs/heads/main');

  const result = await landing.land(landRequest(tree, base));
  expect(result).toMatchObject({ status: 'landed', checkout: 'followed', taskFile: 'committed' });
  expect(await here.git('log', '--format=%P|%an|%ae|%cn', '-1')).toBe(`${base}|Ada|ada@example.org|Ada\n`);
  expect(await here.git('show', `HEAD:${TASK_PATH}`)).toBe(DONE);
  expect(await here.git('diff', '--name-status', base, 'HEAD')).toBe(`M\ta.txt\nM\t${TASK_PATH}\nA\tnew/file.txt\n`);
  expect(await here.git('diff-files')).toBe('');
  expect(await here.git('status', '--porcelain')).toBe('');
  expect(await readFile(join(here.directory, 'new/file.txt'), 'utf8')).toBe('new\n');
  expect(await here.git('log', '--format=%(trailers)', '-1')).toBe('Backlog-Task: x\nBacklog-Attempt: x.1\n\n');
  expect(await here.git('fsck', '--strict')).not.toMatch(/error|missing/);
});

interface Scene {
  readonly title: string;
  readonly prepare: (here: World) => Promise<unknown>;
  readonly paths: readonly string[];
}

const inTheWay: readonly Scene[] = [
  {
    title: 'a file with uncommitted changes',
    prepare: (here) => here.write({ 'a.txt': 'mine\n' }),
    paths: ['a.txt'],
  },
  {
    title: 'a staged file',
    prepare: async (here) => {
      await here.write({ 'a.txt': 'mine\n' });
      await here.git('add', 'a.txt');
    },
    paths: ['a.txt'],
  },
  {
    title: 'an untracked file where one is added',
    prepare: (here) => here.write({ 'new.txt': 'mine\n' }),
    paths: ['new.txt'],
  },
  {
    title: 'an ignored file where one is added',
    prepare: (here) => here.write({ 'env.secret': 'mine\n' }),
    paths: ['env.secret'],
  },
  {
    title: 'an ignored file where a directory is added',
    prepare: (here) => here.write({ 'dir.secret': 'mine\n' }),
    paths: ['dir.secret'],
  },
  {
    title: 'a directory of ignored files where a file is added',
    prepare: (here) => here.write({ 'plain/x.secret': 'mine\n' }),
    paths: ['plain/x.secret'],
  },
  {
    title: 'a deletion the user has not committed',
    prepare: (here) => rm(join(here.directory, 'a.txt')),
    paths: ['a.txt'],
  },
  {
    title: 'an edit hidden by assume-unchanged',
    prepare: async (here) => {
      await here.git('update-index', '--assume-unchanged', 'a.txt');
      await here.write({ 'a.txt': 'mine\n' });
    },
    paths: ['a.txt'],
  },
  {
    title: 'an edit hidden by skip-worktree',
    prepare: async (here) => {
      await here.git('update-index', '--skip-worktree', 'a.txt');
      await here.write({ 'a.txt': 'mine\n' });
    },
    paths: ['a.txt'],
  },
  {
    title: 'a task file of which another version is staged',
    prepare: async (here) => {
      await here.write({ [TASK_PATH]: 'title: Staged\n' });
      await here.git('add', TASK_PATH);
      await here.write({ [TASK_PATH]: 'title: Edited\n' });
    },
    paths: [TASK_PATH],
  },
  {
    title: 'a merge in progress',
    prepare: async (here) => {
      await here.git('checkout', '-q', '-b', 'side');
      await here.commit('Side', { 'keep.txt': 'side\n' });
      await here.git('checkout', '-q', 'main');
      await here.git('merge', '-q', '--no-ff', '--no-commit', 'side');
    },
    paths: [],
  },
  {
    title: 'a rebase in progress',
    prepare: async (here) => {
      await here.git('config', 'sequence.editor', 'sed -i 1ibreak');
      await here.git('rebase', '-q', '-i', '--root');
    },
    paths: [],
  },
  {
    title: 'a bisect in progress',
    prepare: (here) => here.git('bisect', 'start'),
    paths: [],
  },
  {
    title: 'a lock on the index',
    prepare: (here) => writeFile(join(here.directory, '.git/index.lock'), ''),
    paths: [],
  },
];

test.each(inTheWay)('a landing is held, and changes nothing, because of $title', async ({ prepare, paths }) => {
  const here = await world({ files: FILES });
  const base = await here.head();
  const added = { 'new.txt': 'new\n', 'env.secret': 'new\n', 'dir.secret/x': 'new\n', plain: 'new\n' };
  const tree = await treeWith(here, base, { 'a.txt': 'better\n', ...added });
  await prepare(here);
  const landing = await claimedLanding(here.repository, 'main');
  const before = await pictureOf(here);

  expect(await landing.land(landRequest(tree, base))).toMatchObject({ status: 'held', paths });
  expect(await pictureOf(here)).toBe(before);
});

const notInTheWay: readonly (Omit<Scene, 'paths'> & { readonly status: string })[] = [
  {
    title: 'an edit of another file',
    prepare: (here) => here.write({ 'keep.txt': 'mine\n' }),
    status: ' M keep.txt\n',
  },
  {
    title: 'another staged file',
    prepare: async (here) => {
      await here.write({ 'keep.txt': 'mine\n', 'staged.txt': 'mine\n' });
      await here.git('add', '.');
    },
    status: 'M  keep.txt\nA  staged.txt\n',
  },
  {
    title: 'another untracked file',
    prepare: (here) => here.write({ 'other.txt': 'mine\n', 'build/out': 'ignored' }),
    status: '?? other.txt\n',
  },
  {
    title: 'a file that was only touched',
    prepare: async (here) => {
      await rename(join(here.directory, 'a.txt'), join(here.directory, 'a.tmp'));
      await here.write({ 'a.txt': 'a\n' });
      await rm(join(here.directory, 'a.tmp'));
    },
    status: '',
  },
  {
    title: 'an ignored file that already has what is added',
    prepare: (here) => here.write({ 'env.secret': 'new\n' }),
    status: '',
  },
  {
    title: 'an uncommitted edit of the task file',
    prepare: (here) => here.write({ [TASK_PATH]: 'title: X\nstate: ready # soon\n' }),
    status: '',
  },
  {
    title: 'a staged edit of the task file',
    prepare: async (here) => {
      await here.write({ [TASK_PATH]: 'title: X\nstate: ready # soon\n' });
      await here.git('add', TASK_PATH);
    },
    status: '',
  },
];

test.each(notInTheWay)('a landing leaves alone $title', async ({ prepare, status }) => {
  const here = await world({ files: FILES });
  const base = await here.head();
  const tree = await treeWith(here, base, { 'a.txt': 'better\n', 'env.secret': 'new\n' });
  await prepare(here);
  const landing = await claimedLanding(here.repository);
  expect(await landing.land(landRequest(tree, base))).toMatchObject({ status: 'landed', checkout: 'followed' });
  expect(await here.git('status', '--porcelain')).toBe(status);
  expect(await readFile(join(here.directory, TASK_PATH), 'utf8')).toBe(DONE);
  expect(await readFile(join(here.directory, 'a.txt'), 'utf8')).toBe('better\n');
});

test('a task file that was edited after it was rendered is left as it is, and nothing lands', async () => {
  const here = await world({ files: FILES });
  const base = await here.head();
  const tree = await treeWith(here, base, { 'a.txt': 'better\n' });
  const edited = 'title: X\nstate: ready # and a thought\n';
  await here.write({ [TASK_PATH]: edited });
  const before = await pictureOf(here);
  const landing = await claimedLanding(here.repository);
  const rendered = { ...taskFile(), replaces: READY };
  expect(await landing.land(landRequest(tree, base, [rendered]))).toEqual({ status: 'moved' });
  expect(await pictureOf(here)).toBe(before);
  const again = { ...taskFile(), replaces: edited };
  expect(await landing.land(landRequest(tree, base, [again]))).toMatchObject({ status: 'landed' });
});

test('a task file whose edit was undone after it was rendered is rendered again', async () => {
  const here = await world({ files: FILES });
  const base = await here.head();
  const tree = await treeWith(here, base, { 'a.txt': 'better\n' });
  const landing = await claimedLanding(here.repository);
  const rendered = { ...taskFile(), replaces: 'title: X\nstate: ready # and a thought\n' };
  expect(await landing.land(landRequest(tree, base, [rendered]))).toEqual({ status: 'moved' });
});

test('a task file that was never committed arrives with the code', async () => {
  const here = await world();
  const base = await here.head();
  await here.write({ [TASK_PATH]: READY });
  const tree = await treeWith(here, base, { 'a.txt': 'better\n' });
  const landing = await claimedLanding(here.repository);
  expect(await landing.land(landRequest(tree, base))).toMatchObject({ status: 'landed', taskFile: 'committed' });
  expect(await here.git('show', `HEAD:${TASK_PATH}`)).toBe(DONE);
  expect(await readFile(join(here.directory, TASK_PATH), 'utf8')).toBe(DONE);
  expect(await here.git('status', '--porcelain')).toBe('');
});

test('a task file that git ignores is not committed, and the answer says so', async () => {
  const here = await world({ files: { 'a.txt': 'a\n', '.gitignore': 'backlog\n' } });
  const base = await here.head();
  await here.write({ [TASK_PATH]: READY });
  const tree = await treeWith(here, base, { 'a.txt': 'better\n' });
  const landing = await claimedLanding(here.repository);
  expect(await landing.land(landRequest(tree, base))).toMatchObject({ status: 'landed', taskFile: 'ignored' });
  expect(await here.git('ls-tree', '-r', '--name-only', 'HEAD')).toBe('.gitignore\na.txt\n');
  expect(await readFile(join(here.directory, TASK_PATH), 'utf8')).toBe(READY);
});

test('a task file with the line ends of Windows is stored as git would store it', async () => {
  const here = await world({ files: { 'a.txt': 'a\n', '.gitattributes': '*.yaml text eol=crlf\n' } });
  const base = await here.head();
  await here.write({ [TASK_PATH]: 'state: ready\r\n' });
  const landing = await claimedLanding(here.repository);
  const tree = await treeWith(here, base, { 'a.txt': 'better\n' });
  await landing.land(landRequest(tree, base, [taskFile('state: done\r\n')]));
  expect(await here.git('show', `HEAD:${TASK_PATH}`)).toBe('state: done\n');
  expect(await here.git('status', '--porcelain')).toBe('');
});

test('a project in a subdirectory lands its task file there, and names files relative to itself', async () => {
  const here = await world({ files: { 'packages/app/a.txt': 'a\n', 'top.txt': 't\n' }, project: 'packages/app' });
  const base = await here.head();
  const tree = await treeWith(here, base, { 'packages/app/a.txt': 'b\n', 'top.txt': 'u\n' });
  const landing = await claimedLanding(here.repository);
  await here.write({ 'top.txt': 'mine\n' });
  expect(await landing.land(landRequest(tree, base))).toMatchObject({ status: 'held', paths: ['../../top.txt'] });
  await here.git('checkout', 'top.txt');
  expect(await landing.land(landRequest(tree, base))).toMatchObject({ status: 'landed' });
  expect(await here.git('show', `HEAD:packages/app/${TASK_PATH}`)).toBe(DONE);
  expect(await here.git('status', '--porcelain')).toBe('');
});

test('a branch nobody has checked out moves without a checkout', async () => {
  const here = await world({ files: FILES });
  const base = await here.head();
  await here.git('branch', 'release');
  const tree = await treeWith(here, base, { 'a.txt': 'better\n' });
  const landing = await claimedLanding(here.repository, 'release');
  const before = await pictureOf(here);
  const result = await landing.land(landRequest(tree, base));
  expect(result).toMatchObject({ status: 'landed', checkout: 'not-checked-out' });
  expect(await pictureOf(here)).toBe(before);
  expect(await here.git('show', 'release:a.txt')).toBe('better\n');
});

test('from a linked worktree, the checkout that shows the branch follows, wherever it is', async () => {
  const here = await world({ files: FILES });
  const base = await here.head();
  const linked = join(await temporaryDirectory(), 'linked');
  await here.git('worktree', 'add', '-q', '-b', 'feature', linked);
  const there = await openWorld(await temporaryDirectory(), linked, linked);
  expect(there.repository.commonDir).toBe(here.repository.commonDir);
  const tree = await treeWith(here, base, { 'a.txt': 'better\n' });

  const feature = await claimedLanding(there.repository);
  expect(feature.branch).toBe('refs/heads/feature');
  expect(await feature.land(landRequest(tree, base))).toMatchObject({ status: 'landed', checkout: 'followed' });
  expect(await there.git('status', '--porcelain')).toBe('');
  expect(await here.head()).toBe(base);

  const main = await claimedLanding(there.repository, 'main');
  await here.write({ [TASK_PATH]: 'title: Edited in the other checkout\n' });
  expect(await main.land(landRequest(tree, base))).toMatchObject({ status: 'held', paths: [TASK_PATH] });
  await here.git('checkout', TASK_PATH);
  expect(await main.land(landRequest(tree, base))).toMatchObject({ status: 'landed', checkout: 'followed' });
  expect(await here.git('status', '--porcelain')).toBe('');
});

test('links, executable bits, deletions and odd names follow into the checkout', async () => {
  const here = await world({ files: { ...FILES, 'gone/deep.txt': 'gone\n', 'becomes-link': 'file\n' } });
  const base = await here.head();
  await here.git('checkout', '-q', '-b', 'work');
  await here.write({ 'new\nline "q" ü': 'odd\n', 'run.sh': '#!/bin/sh\n' });
  await chmod(join(here.directory, 'run.sh'), 0o755);
  await here.git('rm', '-q', 'gone/deep.txt', 'becomes-link');
  await symlink('a.txt', join(here.directory, 'becomes-link'));
  const tree = (await here.git('rev-parse', `${await here.commit('Work')}^{tree}`)).trim();
  await here.git('checkout', '-q', 'main');

  const landing = await claimedLanding(here.repository);
  expect(await landing.land(landRequest(tree as TreeId, base))).toMatchObject({ status: 'landed' });
  expect(await readFile(join(here.directory, 'new\nline "q" ü'), 'utf8')).toBe('odd\n');
  expect(await readlink(join(here.directory, 'becomes-link'))).toBe('a.txt');
  expect((await lstat(join(here.directory, 'run.sh'))).mode & 0o111).not.toBe(0);
  await expect(lstat(join(here.directory, 'gone'))).rejects.toThrow();
  expect(await here.git('status', '--porcelain')).toBe('');
});

test('a branch that moved, was claimed again or is gone stops a landing, and the checkout stays', async () => {
  const here = await world({ files: FILES });
  const base = await here.head();
  const tree = await treeWith(here, base, { 'a.txt': 'better\n' });
  const landing = await claimedLanding(here.repository);

  await here.commit('Meanwhile', { 'keep.txt': 'next\n' });
  const before = await pictureOf(here);
  expect(await landing.land(landRequest(tree, base))).toEqual({ status: 'moved' });
  await landing.claim(task('x'), fence(9));
  expect(await landing.land(landRequest(tree, await here.head()))).toEqual({ status: 'fenced' });
  expect(await pictureOf(here)).toBe(before);

  const release = await gitLanding({ repository: here.repository, branch: 'release' });
  await expect(release.head()).rejects.toMatchObject({ code: 'BRANCH_MISSING' });
  await expect(release.land(landRequest(tree, base))).rejects.toMatchObject({ code: 'BRANCH_MISSING' });
});

test('a claim or a commit that comes after the checkout followed takes the checkout back', async () => {
  const here = await world({ files: FILES });
  const base = await here.head();
  const tree = await treeWith(here, base, { 'a.txt': 'better\n', 'new.txt': 'new\n' });
  await here.write({ [TASK_PATH]: `${READY}# edited\n`, 'keep.txt': 'mine\n' });
  for (const change of ['fenced', 'moved'] as const) {
    const hooked = await openWorld(here.directory, here.directory, here.directory);
    const landing = await claimedLanding(
      {
        ...hooked.repository,
        git: async (args, options) => {
          if (args[0] === 'update-ref' && options?.input?.startsWith('start')) {
            if (change === 'fenced')
              await here.git('update-ref', 'refs/backlog-runner/fences/x', await blobOf(here, '7\n'));
            else await here.git('update-ref', 'refs/heads/main', await emptyCommit(here));
          }
          return hooked.repository.git(args, options);
        },
      },
      'main',
    );
    const before = await pictureOf(here);
    expect(await landing.land(landRequest(tree, base))).toEqual({ status: change });
    await here.git('update-ref', 'refs/heads/main', base);
    expect(await pictureOf(here)).toBe(before);
    await here.git('update-ref', '-d', 'refs/backlog-runner/fences/x');
  }
});

const blobOf = async (here: World, content: string) =>
  (await gitIn(here.directory, ['hash-object', '-w', '--stdin'], { input: content })).trim();

const emptyCommit = async (here: World) =>
  (await here.git('commit-tree', '-p', 'main', '-m', 'Other', 'main^{tree}')).trim() as CommitId;

test('no hook of the repository runs', async () => {
  const here = await world({ files: FILES });
  const hooks = [
    'post-checkout',
    'reference-transaction',
    'pre-commit',
    'commit-msg',
    'post-commit',
    'post-index-change',
  ];
  const trace = join(here.directory, 'hook-ran');
  const base = await here.head();
  const tree = await treeWith(here, base, { 'a.txt': 'better\n' });
  for (const hook of hooks) {
    const path = join(here.directory, '.git/hooks', hook);
    await writeFile(path, `#!/bin/sh\ntouch '${trace}'\nexit 1\n`, { mode: 0o755 });
  }
  const workspace = await pool(here).open({ attempt: attempt('x.1'), base });
  await writeFile(join(workspace.directory, 'a.txt'), 'better\n');
  await workspace.retain({ task: task('x'), fence: fence(1), subject: 'Try x' });
  await workspace.close();
  const landing = await claimedLanding(here.repository);
  expect(await landing.land(landRequest(tree, base))).toMatchObject({ status: 'landed' });
  await expect(lstat(trace)).rejects.toThrow();
});

test('a checkout whose HEAD is detached has no branch to land on', async () => {
  const here = await world();
  await here.git('checkout', '-q', '--detach');
  await expect(gitLanding({ repository: here.repository })).rejects.toMatchObject({ code: 'DETACHED_HEAD' });
});

test('no text of a task forges a trailer, as git itself reads them', async () => {
  const here = await world({ files: FILES });
  const base = await here.head();
  const tree = await treeWith(here, base, { 'a.txt': 'better\n' });
  const landing = await claimedLanding(here.repository);
  const evil = 'Backlog-Task: evil\nSigned-off-by: evil <e@v.il>';
  const message = {
    subject: `Innocent\n\n${evil}`,
    body: `Text.\n\n${evil}\n---\n${evil}\n(cherry picked from commit ${base})`,
    trailers: [['Backlog-Task', `x\n${evil}`]],
  } as const;
  expect(await landing.land({ ...landRequest(tree, base), message })).toMatchObject({ status: 'landed' });
  const text = await here.git('log', '-1', '--format=%B');
  const trailers = 'Backlog-Task: x Backlog-Task: evil Signed-off-by: evil <e@v.il>\n';
  expect(await gitIn(here.directory, ['interpret-trailers', '--parse'], { input: text })).toBe(trailers);
  expect(await here.git('log', '-1', '--format=%(trailers)')).toBe(`${trailers}\n`);
});

test('a plan lands under the claims of all of its parents, or not at all', async () => {
  const here = await world({ files: FILES });
  const base = await here.head();
  const tree = await treeWith(here, base, {});
  const landing = await claimedLanding(here.repository);
  await landing.claim(task('y'), fence(1));
  const message = {
    subject: 'Plan',
    body: `This reverts commit ${base}.`,
    trailers: [['Backlog-Plan', 'x.1']] as const,
  };
  const files = [taskFile('title: X\nstate: superseded\n'), taskFile('title: Z\n', 'backlog/tasks/z.yaml')];
  const request = { ...landRequest(tree, base, files), message, also: [task('y')] };

  await landing.claim(task('y'), fence(2));
  expect(await landing.land(request)).toEqual({ status: 'fenced' });
  expect(await here.head()).toBe(base);
  await here.git('update-ref', '-d', 'refs/backlog-runner/fences/y');
  expect(await landing.land(request)).toEqual({ status: 'fenced' });
  expect(await here.head()).toBe(base);

  await landing.claim(task('y'), fence(1));
  const result = await landing.land(request);
  expect(result).toMatchObject({ status: 'landed', taskFile: 'committed' });
  expect(await readFile(join(here.directory, 'backlog/tasks/z.yaml'), 'utf8')).toBe('title: Z\n');
  expect(await here.git('status', '--porcelain')).toBe('');
  const commit = await here.head();
  expect(await landing.landed()).toEqual([]);
  expect(await landing.plans()).toEqual([{ commit, plan: 'x.1', reverted: false }]);
  await here.git('revert', '--no-edit', 'HEAD');
  expect(await landing.plans()).toEqual([{ commit, plan: 'x.1', reverted: true }]);
  expect(await readFile(join(here.directory, TASK_PATH), 'utf8')).toBe(READY);
});
