import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Landing } from '@backlog-runner/contracts';
import { runProcess } from '@backlog-runner/subprocess';
import { expect, test } from 'vitest';
import type { Git, GitPlace } from '../src/git.ts';
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
import { ENVIRONMENT, fence, openWorld, task, type World, world } from './repository-fixture.ts';

const RACER = fileURLToPath(new URL('racer.ts', import.meta.url));

async function race({ directory }: World, ...args: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr } = await runProcess({
    command: process.execPath,
    args: ['--conditions=@backlog-runner/source', '--no-warnings', RACER, directory, ...args],
    cwd: directory,
    environment: ENVIRONMENT,
  });
  return stdout ? JSON.parse(stdout) : [stderr];
}

test('processes that land at once each land exactly once, and the checkout has it all', async () => {
  const here = await world({ files: { 'a.txt': 'a\n', 'keep.txt': 'keep\n' } });
  const base = await here.head();
  await here.write({ 'keep.txt': 'mine\n' });
  const names = ['one', 'two', 'three'];
  const commits: string[] = [];
  for (const name of names) {
    const tree = await treeWith(here, base, { [`${name}.txt`]: `${name}\n` });
    commits.push((await here.git('commit-tree', '-p', base, '-m', name, tree)).trim());
  }
  const statuses = await Promise.all(
    names.map((name, at) => race(here, name, String(at + 1), commits[at] ?? '', base)),
  );
  expect(statuses.map((seen) => seen.filter((status) => status === 'landed'))).toEqual(names.map(() => ['landed']));
  const subjects = (await here.git('log', '--format=%s', `${base}..main`)).trim().split('\n');
  expect(subjects.sort()).toEqual(names.map((name) => `Land ${name}`).sort());
  expect(await here.git('status', '--porcelain')).toBe(' M keep.txt\n');
  for (const name of names) expect(await readFile(join(here.directory, `${name}.txt`), 'utf8')).toBe(`${name}\n`);
});

test('of two holders of one task only the one with the newer fence lands', async () => {
  const here = await world();
  const base = await here.head();
  const landing = await gitLanding({ repository: here.repository });
  await landing.claim(task('x'), fence(2));
  await landing.claim(task('x'), fence(2));
  await expect(landing.claim(task('x'), fence(1))).rejects.toMatchObject({ code: 'FENCE_STALE' });
  const tree = await treeWith(here, base, { 'a.txt': 'late\n' });
  const before = await pictureOf(here);
  expect(await landing.land({ ...landRequest(tree, base), fence: fence(1) })).toEqual({ status: 'fenced' });
  expect(await pictureOf(here)).toBe(before);
});

test('claims of one task at once leave the largest fence', async () => {
  const here = await world();
  const landing = await gitLanding({ repository: here.repository });
  const fences = [3, 1, 5, 2, 4];
  await Promise.allSettled(fences.map((number) => landing.claim(task('x'), fence(number))));
  await landing.claim(task('y'), fence(4));
  expect(await landing.fenceFloor()).toBe(5);
  expect(await here.git('cat-file', 'blob', 'refs/backlog-runner/fences/x')).toBe('5\n');
});

const forgeries = [
  {
    what: 'a number that no runner was granted',
    text: '999999\n',
    says: 'refs/backlog-runner/fences/x holds the claim 999999',
  },
  {
    what: 'more than any runner could count to',
    text: '999999999999999\n',
    says: 'does not hold the number of a claim',
  },
  { what: 'no number', text: 'none\n', says: 'does not hold the number of a claim' },
];

test.each(forgeries)('a claim over which somebody wrote $what fails, and says what to type', async ({ text, says }) => {
  const here = await world();
  const landing = await gitLanding({ repository: here.repository });
  await landing.claim(task('x'), fence(3));
  await here.write({ forged: text });
  const blob = (await here.git('hash-object', '-w', 'forged')).trim();
  await here.git('update-ref', 'refs/backlog-runner/fences/x', blob);
  await expect(landing.claim(task('x'), fence(4))).rejects.toMatchObject({
    code: 'FENCE_STALE',
    message: expect.stringContaining(says),
    hint: expect.stringContaining('git update-ref -d refs/backlog-runner/fences/x'),
  });
  await landing.claim(task('y'), fence(5));
  expect(await landing.fenceFloor()).toBe(text === '999999\n' ? 999999 : 5);
});

test('a fence ref that holds a commit is no claim', async () => {
  const here = await world();
  const landing = await gitLanding({ repository: here.repository });
  await here.git('update-ref', 'refs/backlog-runner/fences/x', 'HEAD');
  await expect(landing.claim(task('x'), fence(4))).rejects.toMatchObject({ code: 'FENCE_STALE' });
  expect(await landing.fenceFloor()).toBe(0);
});

test('a lock that a killed git left on a claim is no end: the next claim removes it, and one lands', async () => {
  const here = await world();
  const base = await here.head();
  const landing = await gitLanding({ repository: here.repository });
  await landing.claim(task('x'), fence(1));
  const lock = join(here.directory, '.git/refs/backlog-runner/fences/x.lock');
  await writeFile(lock, '');
  await landing.claim(task('x'), fence(2));
  await writeFile(lock, '');
  const tree = await treeWith(here, base, { 'a.txt': 'better\n' });
  expect(await landing.land({ ...landRequest(tree, base), fence: fence(2) })).toMatchObject({ status: 'landed' });
  await expect(readFile(lock)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a lock on the user’s branch is left alone, holds the landing, and is named', async () => {
  const here = await world();
  const base = await here.head();
  const landing = await claimedLanding(here.repository);
  const lock = join(here.directory, '.git/refs/heads/main.lock');
  await writeFile(lock, '');
  const before = await pictureOf(here);
  const tree = await treeWith(here, base, { 'a.txt': 'better\n' });
  const held = await landing.land(landRequest(tree, base));
  expect(held).toMatchObject({ status: 'held', reason: expect.stringContaining(lock) });
  expect(await pictureOf(here)).toBe(before);
  await rm(lock);
  expect(await landing.land(landRequest(tree, base))).toMatchObject({ status: 'landed' });
});

test('no fence was ever recorded in a new repository', async () => {
  const here = await world();
  expect(await (await gitLanding({ repository: here.repository })).fenceFloor()).toBe(0);
});

type Moment = (args: readonly string[], input: string) => boolean;

/** A landing whose process dies when it starts a command that `moment` picks. */
async function dyingLanding(here: World, moment: Moment): Promise<{ landing: Landing; dead: Promise<void> }> {
  const { repository } = await openWorld(here.directory, here.directory, here.directory);
  let die = () => {};
  const dead = new Promise<void>((resolve) => {
    die = resolve;
  });
  const mortal =
    (git: Git): Git =>
    (args, options) => {
      if (!moment(args, options?.input ?? '')) return git(args, options);
      die();
      return new Promise(() => {});
    };
  const runner = { ...repository.runner, at: (place: GitPlace) => mortal(repository.runner.at(place)) };
  return { landing: await claimedLanding({ ...repository, git: mortal(repository.git), runner }), dead };
}

/** A landing that, at some moment, does nothing until it is woken. */
async function sleepingLanding({ repository }: World, moment: Moment) {
  let wake = () => {};
  let fallAsleep = () => {};
  const asleep = new Promise<void>((resolve) => {
    fallAsleep = resolve;
  });
  const woken = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const drowsy =
    (git: Git): Git =>
    async (args, options) => {
      if (moment(args, options?.input ?? '')) {
        fallAsleep();
        await woken;
      }
      return git(args, options);
    };
  const runner = { ...repository.runner, at: (place: GitPlace) => drowsy(repository.runner.at(place)) };
  const landing = await claimedLanding({ ...repository, git: drowsy(repository.git), runner });
  return { landing, asleep, wake: () => wake() };
}

const moments: readonly (readonly [string, Moment])[] = [
  ['before the checkout follows', (args) => args[0] === 'read-tree' && args.includes('-m')],
  ['before the task file is staged', (args) => args[0] === 'update-index' && args.includes('--add')],
  ['before the branch moves', (args, input) => args[0] === 'update-ref' && input.startsWith('start')],
];

test.each(moments)('a landing that died %s is taken back, and what is the user’s stays', async (_title, dies) => {
  const here = await world({ files: { 'a.txt': 'a\n', 'keep.txt': 'keep\n', [TASK_PATH]: READY } });
  const base = await here.head();
  await here.write({ 'keep.txt': 'mine\n', [TASK_PATH]: `${READY}# edited\n`, 'other.txt': 'mine\n' });
  const tree = await treeWith(here, base, { 'a.txt': 'better\n', 'new.txt': 'new\n' });
  const before = await pictureOf(here);
  const { landing: dying, dead } = await dyingLanding(here, dies);
  void dying.land(landRequest(tree, base));
  await dead;

  const landing = await gitLanding({ repository: here.repository });
  expect(await landing.settle()).toEqual([]);
  expect(await landing.settle()).toEqual([]);
  expect(await pictureOf(here)).toBe(before);
  await landing.claim(task('x'), fence(2));
  const again = { ...landRequest(tree, base), fence: fence(2) };
  expect(await landing.land(again)).toMatchObject({ status: 'landed' });
});

const sleeps = moments.flatMap(([title, moment]) =>
  [DONE, `${DONE}# later\n`].map((done) => [title, moment, done] as const),
);

test.each(sleeps)('a landing that slept from %s on changes nothing when it wakes', async (_title, moment, done) => {
  const here = await world({ files: { 'a.txt': 'a\n', 'keep.txt': 'keep\n', [TASK_PATH]: READY } });
  const base = await here.head();
  await here.write({ 'keep.txt': 'mine\n', [TASK_PATH]: `${READY}# edited\n`, 'other.txt': 'mine\n' });
  const tree = await treeWith(here, base, { 'a.txt': 'better\n', 'new.txt': 'new\n' });
  const { landing: sleeping, asleep, wake } = await sleepingLanding(here, moment);
  const slept = sleeping.land(landRequest(tree, base));
  await asleep;

  const landing = await gitLanding({ repository: here.repository });
  await landing.claim(task('x'), fence(2));
  expect(await landing.settle()).toEqual([]);
  const request = { ...landRequest(tree, base, [taskFile(done)]), fence: fence(2) };
  expect(await landing.land(request)).toMatchObject({ status: 'landed', checkout: 'followed' });
  const [after, head] = [await pictureOf(here), await here.head()];
  wake();
  expect(['moved', 'fenced', 'held']).toContain((await slept).status);
  expect(await pictureOf(here)).toBe(after);
  expect(await here.head()).toBe(head);
});

test.each(moments)(
  'a landing that slept from %s on, and was settled, does not move the branch alone',
  async (_title, moment) => {
    const here = await world({ files: { 'a.txt': 'a\n', [TASK_PATH]: READY } });
    const base = await here.head();
    await here.write({ [TASK_PATH]: `${READY}# edited\n` });
    const tree = await treeWith(here, base, { 'a.txt': 'better\n' });
    const before = await pictureOf(here);
    const { landing: sleeping, asleep, wake } = await sleepingLanding(here, moment);
    const slept = sleeping.land(landRequest(tree, base));
    await asleep;
    expect(await (await gitLanding({ repository: here.repository })).settle()).toEqual([]);
    wake();
    expect(['moved', 'fenced']).toContain((await slept).status);
    expect(await pictureOf(here)).toBe(before);
    expect(await here.head()).toBe(base);
    expect(await sleeping.fenceFloor()).toBe(1);
  },
);

test('a draft of an intent whose writer died is removed', async () => {
  const here = await world({ files: { [TASK_PATH]: READY } });
  const landing = await gitLanding({ repository: here.repository });
  const directory = join(here.directory, '.git/backlog-runner/landings');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'x.1.json.new'), '{');
  expect(await landing.settle()).toEqual([]);
  expect(await readdir(directory)).toEqual([]);
});

test('an intent that is damaged is no guess: it is said what to look at and what to type', async () => {
  const here = await world();
  const landing = await gitLanding({ repository: here.repository });
  const directory = join(here.directory, '.git/backlog-runner/landings');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'x.1.json'), '');
  await expect(landing.settle()).rejects.toMatchObject({ code: 'GIT_FAILED', hint: expect.stringContaining('rm ') });
});

test('a landing that died after the branch moved is done', async () => {
  const here = await world({ files: { 'a.txt': 'a\n', [TASK_PATH]: READY } });
  const base = await here.head();
  const tree = await treeWith(here, base, { 'a.txt': 'better\n' });
  const landing = await gitLanding({ repository: here.repository });
  await landing.claim(task('x'), fence(1));
  const directory = join(here.directory, '.git/backlog-runner/landings');
  const result = await landing.land(landRequest(tree, base));
  if (result.status !== 'landed') throw new Error(result.status);
  const plan = { directory: here.directory, gitDir: join(here.directory, '.git'), from: base, to: tree, own: [] };
  await writeFile(
    join(directory, 'x.1.json'),
    JSON.stringify({ task: 'x', fence: 1, branch: landing.branch, commit: result.commit, plans: [plan] }),
  );
  expect(await landing.settle()).toEqual([]);
  expect(await here.git('status', '--porcelain')).toBe('');
  await expect(rm(join(directory, 'x.1.json'))).rejects.toThrow();
});
