/**
 * Handing out a warm workspace against `git worktree add`, and landing against the plumbing it cannot do without, each
 * in the same rounds of the same run. Goal C: a warm hand-out takes at most a fifth of `git worktree add` at 5,000 files;
 * a landing at most 1.3 times `merge-tree`, `commit-tree` and `update-ref`.
 *
 *   node --conditions @backlog-runner/source bench/worktrees.mjs
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { runProcess } from '../packages/subprocess/src/index.ts';
import { memoryLeases } from '../packages/testkit/src/index.ts';
import { gitLanding, gitWorkspaces, openRepository } from '../packages/worktrees/src/index.ts';
import { goal } from './goal.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);
const SIZES = (process.env.BENCH_FILES ?? '2000,5000,20000').split(',').map(Number);
const CHANGED = 50;
const TASK = 'backlog/tasks/bench.yaml';

if (process.argv[1] === fileURLToPath(import.meta.url)) report(await measureWorktrees());

/** The figures of goal C, by size of the repository. */
export async function measureWorktrees() {
  const rows = [];
  for (const files of SIZES) rows.push(await measureSize(files));
  return rows;
}

async function measureSize(files) {
  const root = mkdtempSync(join(tmpdir(), 'bench-worktrees-'));
  try {
    const scene = await prepare(root, files);
    const times = { open: [], add: [], land: [], floor: [], followed: [], followFloor: [] };
    for (let round = 0; round < ROUNDS; round += 1) await measureRound(scene, round, times);
    return {
      files,
      warmMs: median(times.open),
      addMs: median(times.add),
      handOut: ratio(times.open, times.add),
      landing: ratio(times.land, times.floor),
      landingFollowed: ratio(times.followed, times.followFloor),
      landMs: median(times.land),
      landCpuMs: cpuMean(times.land),
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function prepare(root, files) {
  const directory = join(root, 'repo');
  mkdirSync(directory);
  const git = (...args) => execFileSync('git', args, { cwd: directory, encoding: 'utf8' }).trim();
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Bench');
  git('config', 'user.email', 'bench@example.org');
  // A tidying-up that git begins by itself would be at work while something else is measured.
  git('config', 'gc.auto', '0');
  git('config', 'maintenance.auto', 'false');
  for (let at = 0; at < files; at += 1) writeNumbered(directory, at, 'begin');
  mkdirSync(join(directory, 'backlog/tasks'), { recursive: true });
  writeFileSync(join(directory, TASK), 'title: Bench\nstate: ready\n');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Begin');
  git('branch', 'release');
  git('gc', '--quiet');
  const repository = await openRepository({ directory, environment: process.env });
  const workspaces = gitWorkspaces({
    repository,
    leases: memoryLeases(),
    holder: 'bench',
    leaseTtlMs: 60_000,
    directory: join(root, 'pool'),
    limit: 1,
    run: 'bench',
  });
  const landing = {
    main: await gitLanding({ repository }),
    release: await gitLanding({ repository, branch: 'release' }),
  };
  const scene = { root, directory, git, workspaces, landing };
  await useWorkspace(scene, 'warm.1', landing.main);
  return scene;
}

function writeNumbered(directory, at, text) {
  const folder = join(directory, 'packages', `pkg-${at % 40}`, 'src', `area-${Math.floor(at / 1000)}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `file-${at}.ts`), `export const value${at} = '${text}';\n`.repeat(40));
}

/** Opens, dirties, retains, closes: as an attempt does. */
async function useWorkspace({ workspaces }, attempt, landing) {
  const base = await landing.head();
  const opened = await timed(() => workspaces.open({ attempt, base }));
  const [task, fence] = attempt.split('.');
  for (let at = 0; at < 6; at += 1) writeNumbered(opened.result.directory, at * 17, attempt);
  writeFileSync(join(opened.result.directory, `${attempt}.txt`), 'new\n');
  const retained = await opened.result.retain({ task, fence: Number(fence), subject: 'Bench' });
  await opened.result.close();
  return { time: opened.time, retained, base };
}

async function measureRound({ root, directory, git, workspaces, landing }, round, times) {
  // The branch moves by one commit of fifty files, so that neither way has nothing to do.
  for (let at = 0; at < CHANGED; at += 1) writeNumbered(directory, at * 31, `round ${round}`);
  git('commit', '--quiet', '--all', '--message', `Round ${round}`);

  const added = join(root, `added-${round}`);
  const main = await landing.main.head();
  times.add.push(
    (await timed(() => spawnGit(directory, ['worktree', 'add', '--quiet', '--detach', added, main]))).time,
  );
  git('worktree', 'remove', '--force', added);
  const number = round + 2;
  const task = `task-${number}`;
  const { time, retained, base } = await useWorkspace({ workspaces }, `${task}.${number}`, landing.main);
  times.open.push(time);

  await landing.main.claim(task, number);
  const files = [{ path: TASK, content: `title: Bench\nstate: done # ${round}\n` }];
  const message = { subject: 'Bench', body: '', trailers: [['Backlog-Task', task]] };
  const land = async (target) => {
    const onto = await target.head();
    const { tree } = await target.merge({ attempt: retained.commit, base, onto });
    const result = await target.land({ task, fence: number, tree, onto, files, message });
    if (result.status !== 'landed') throw new Error(JSON.stringify(result));
  };
  // The user commits in between, so that both merge for real.
  writeFileSync(join(directory, 'meanwhile.txt'), `${round}\n`);
  git('add', 'meanwhile.txt');
  git('commit', '--quiet', '--message', 'Meanwhile');
  times.floor.push((await timed(() => floor(directory, retained.commit, 'refs/heads/floor'))).time);
  git('branch', '--force', 'release', 'main');
  times.land.push((await timed(() => land(landing.release))).time);
  times.followFloor.push((await timed(() => floor(directory, retained.commit, 'refs/heads/floor', true))).time);
  times.followed.push((await timed(() => land(landing.main))).time);
}

/** The least a landing can be. With `follow`, a checkout is moved too (its index only: a floor must leave it as it is). */
async function floor(directory, attempt, ref, follow = false) {
  const tree = (await spawnGit(directory, ['merge-tree', '--write-tree', 'main', attempt])).split('\n')[0];
  const commit = (await spawnGit(directory, ['commit-tree', '-p', 'main', '-m', 'Floor', tree])).trim();
  if (follow) await spawnGit(directory, ['read-tree', '-n', '-m', '-u', 'main', commit]);
  await spawnGit(directory, ['update-ref', ref, commit]);
}

async function spawnGit(cwd, args) {
  const { end, stdout, stderr } = await runProcess({ command: 'git', args, cwd, environment: process.env });
  if (end.code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout;
}

async function timed(action) {
  const before = { wall: performance.now(), cpu: cpuMs() };
  const result = await action();
  return { result, time: { wall: performance.now() - before.wall, cpu: cpuMs() - before.cpu } };
}

/** Of this process and of its children that have ended; where the system does not say, of this process alone. */
function cpuMs() {
  const own = process.cpuUsage();
  return (own.user + own.system) / 1000 + childrenMs();
}

function childrenMs() {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
    return (Number(fields[13]) + Number(fields[14])) * 10;
  } catch {
    return 0;
  }
}

function ratio(times, floors) {
  return { wall: median(times) / median(floors), cpu: cpuMean(times) / cpuMean(floors) };
}

function median(times) {
  return times.map(({ wall }) => wall).sort((left, right) => left - right)[Math.floor(times.length / 2)];
}

/** The system counts the time of children in ticks, so single measures say little. */
function cpuMean(times) {
  return times.reduce((sum, { cpu }) => sum + cpu, 0) / times.length;
}

function report(rows) {
  for (const { files, warmMs, addMs, handOut, landing, landingFollowed, landMs, landCpuMs } of rows) {
    console.log(`${files} files`);
    console.log(`  warm hand-out ${ms(warmMs)}, git worktree add ${ms(addMs)}: ${both(handOut)}`);
    console.log(`  merge and land ${ms(landMs)} (${ms(landCpuMs)} CPU): ${both(landing)} of the floor`);
    console.log(`  the same with the user's checkout following: ${both(landingFollowed)} of the floor`);
  }
  const handOut = Math.max(...rows.filter(({ files }) => files >= 5000).map((row) => row.handOut.wall));
  goal('C', `a warm hand-out takes at most 0.20 of git worktree add (${handOut.toFixed(2)})`, handOut <= 0.2);
  const landing = Math.max(...rows.map((row) => row.landing.cpu));
  goal('C', `a landing takes at most 1.30 of its floor's CPU (${landing.toFixed(2)})`, landing <= 1.3);
}

function both({ wall, cpu }) {
  return `${times(wall)} wall, ${times(cpu)} CPU`;
}

function times(value) {
  return `${value.toFixed(2)}x`;
}

function ms(value) {
  return `${value.toFixed(0)} ms`;
}
