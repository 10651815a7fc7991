// What a whole task costs apart from its agent and its validation: the built command line with an agent that answers
// at once and the validation `true`, at 1, 2, 4 and 8 workers, against the least sequence of git commands that can do
// the same. Prints CPU and wall per landed task, their ratios to that floor in the same run, and how many landed.
//
//   node bench/tasks.mjs [tasks, default 50] [rounds, default 3]
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goal } from './goal.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [tasks = 50, rounds = 3] = process.argv.slice(2).map(Number);
/** The shell that validates; the instant agent is no process. */
const VALIDATIONS = 1;
/**
 * Some file systems look at every file that was deleted in the last seconds before they make one. What making the
 * repositories left of that is no part of a task.
 */
const REST_MS = 6000;
const place = mkdtempSync(join(tmpdir(), 'backlog-runner-bench-'));

try {
  const rows = new Map();
  for (let round = 0; round < rounds; round += 1) {
    add(rows, 'floor', floor());
    for (const workers of [1, 2, 4, 8]) add(rows, `${workers} workers`, run(workers));
    add(rows, '1 worker, 1,000 done', run(1, { done: 1000 }));
    add(rows, '1 worker, 1,000 files', run(1, { files: 1000 }));
  }
  const base = median(rows.get('floor'));
  console.log(`${tasks} tasks, ${rounds} rounds, medians; ratios to the floor`);
  for (const [name, values] of rows) {
    const { cpu, wall, landed } = median(values);
    const figures = [
      `${cpu.toFixed(0)} ms CPU`,
      `${wall.toFixed(0)} ms wall`,
      `${(cpu / base.cpu).toFixed(2)}x`,
      `${(wall / base.wall).toFixed(2)}x`,
    ];
    console.log(
      `${name.padEnd(22)} ${figures.map((text) => text.padStart(12)).join(' ')}   ${landed} of ${tasks} landed`,
    );
  }
  goals(new Map([...rows].map(([name, values]) => [name, median(values)])));
  const started = processesPerTask();
  goal('D', `at most 12 processes started a task (${started.toFixed(1)})`, started <= 12);
} finally {
  rmSync(place, { recursive: true, force: true });
}

/** Goal D, figure by figure. Times are those of this machine now; the ratios travel. */
function goals(figures) {
  const one = figures.get('1 workers');
  const all = [...figures].filter(([name]) => name.endsWith('workers'));
  goal(
    'D',
    'every task landed at 1, 2, 4 and 8 workers',
    all.every(([, { landed }]) => landed === tasks),
  );
  goal('D', `at most 120 ms CPU a task at 1 worker (${one.cpu.toFixed(0)})`, one.cpu <= 120);
  goal('D', `at most 150 ms wall a task at 1 worker (${one.wall.toFixed(0)})`, one.wall <= 150);
  // Finished tasks are files too, and git looks at every file: what they cost as tasks is what they cost above other files.
  const withDone = figures.get('1 worker, 1,000 done').cpu / figures.get('1 worker, 1,000 files').cpu;
  goal(
    'D',
    `with 1,000 finished tasks at most 1.1 times the CPU with as many other files (${withDone.toFixed(2)})`,
    withDone <= 1.1,
  );
}

function add(rows, name, value) {
  rows.set(name, [...(rows.get(name) ?? []), value]);
}

function median(values) {
  const of = (key) =>
    values.map((value) => value[key]).sort((left, right) => left - right)[Math.floor(values.length / 2)];
  return { cpu: of('cpu'), wall: of('wall'), landed: Math.min(...values.map(({ landed }) => landed)) };
}

/** A repository of 200 files with a committed backlog. */
function repository(workers, { done = 0, files = 0 } = {}) {
  const directory = mkdtempSync(join(place, 'project-'));
  for (let index = 0; index < 200; index += 1)
    write(directory, `src/part-${index % 20}/file-${index}.txt`, `${index}\n`.repeat(50));
  for (let index = 0; index < tasks; index += 1) {
    write(directory, `backlog/tasks/task-${index}.yaml`, `title: Write ${index}\ntouch_paths: [out/${index}.txt]\n`);
  }
  for (let index = 0; index < files; index += 1)
    write(directory, `old/part-${index % 20}/file-${index}.txt`, `${index}\n`);
  for (let index = 0; index < done; index += 1) {
    write(
      directory,
      `backlog/tasks/done/done-${index}.yaml`,
      `title: Done ${index}\nstate: done\ntouch_paths: [old/${index}.txt]\n`,
    );
  }
  write(directory, 'backlog.config.mjs', config(workers));
  write(directory, '.gitignore', '.backlog-runner/\nnode_modules\n');
  symlinkSync(join(root, 'examples', 'demo', 'node_modules'), join(directory, 'node_modules'), 'junction');
  git(directory, 'init', '--quiet', '--initial-branch=main');
  git(directory, 'config', 'user.name', 'Bench');
  git(directory, 'config', 'user.email', 'bench@example.invalid');
  // A tidying-up that git begins by itself would be at work while something else is measured.
  git(directory, 'config', 'gc.auto', '0');
  git(directory, 'config', 'maintenance.auto', 'false');
  git(directory, 'add', '--all');
  git(directory, 'commit', '--quiet', '--message', 'Begin');
  return directory;
}

function config(workers) {
  return `import { instantAgent } from '@backlog-runner/testkit';
const agent = instantAgent(({ origin }) => ({ files: { ['out/' + origin.task.slice(5) + '.txt']: origin.task + '\\n' } }));
export default {
  validation: { default: 'true' },
  workspace: { workers: ${workers}, directory: ${JSON.stringify(mkdtempSync(join(place, 'workspaces-')))} },
  providers: { agents: { code: { tool: agent }, ui: { tool: agent } } },
};
`;
}

function run(workers, more) {
  const directory = repository(workers, more);
  const cli = [process.execPath, join(root, 'packages/cli/dist/bin.js')];
  rest();
  // The first reading of a backlog is no part of a task.
  execFileSync(cli[0], [cli[1], 'sync'], { cwd: directory, stdio: 'ignore' });
  const measured = timed(directory, [...cli, 'start', '--once']);
  const landed = git(directory, 'log', '--format=%H', '--grep=Backlog-Task').split('\n').filter(Boolean).length;
  return { ...measured, landed };
}

/** How many git processes and validation shells one task starts, counted by a git in front of the real one. */
function processesPerTask() {
  const directory = repository(1);
  const shim = join(place, 'shim');
  const log = join(place, 'started');
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  write(shim, 'git', `#!/bin/sh\necho "$@" >> '${log}'\nexec '${real}' "$@"\n`);
  chmodSync(join(shim, 'git'), 0o755);
  writeFileSync(log, '');
  const env = { ...process.env, PATH: `${shim}${delimiter}${process.env.PATH}` };
  const start = [join(root, 'packages/cli/dist/bin.js'), 'start', '--once'];
  const counted = (count) => {
    const only = Array.from({ length: count }, (_, index) => ['--task', `task-${index}`]).flat();
    const before = readFileSync(log, 'utf8').split('\n').length;
    execFileSync(process.execPath, [...start, ...only], { cwd: directory, env, stdio: 'ignore' });
    return readFileSync(log, 'utf8').split('\n').length - before;
  };
  // What a run costs besides its tasks falls out of the difference of two runs that land 1 and `tasks - 2` of them.
  counted(1);
  const [one, others] = [counted(2), counted(tasks)];
  return (others - one) / (tasks - 3) + VALIDATIONS;
}

/** The least that can be done: one warm worktree, one commit, one merge, one transaction per task. */
function floor() {
  const directory = repository(1);
  const script = `set -e
git worktree add --quiet --detach .git/floor
cd .git/floor
for i in $(seq ${tasks}); do
  base=$(git rev-parse main)
  git read-tree --reset -u $base
  mkdir -p out; echo task-$i > out/$i.txt
  git add --all
  tree=$(git write-tree)
  attempt=$(git commit-tree $tree -p $base -m attempt)
  sh -c true
  merged=$(git merge-tree --write-tree $base $attempt)
  commit=$(git commit-tree $merged -p $base -m "Land $i")
  printf 'update refs/heads/main %s %s\\n' $commit $base | git update-ref --stdin
done`;
  rest();
  const measured = timed(directory, ['sh', '-c', script]);
  return { ...measured, landed: tasks };
}

function rest() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, REST_MS);
}

/** Wall and CPU of a command with all its children, per task. */
function timed(cwd, command) {
  const before = performance.now();
  const { stdout, status, stderr } = spawnSync('sh', ['-c', '"$@" >/dev/null 2>&1; times', 'sh', ...command], {
    cwd,
    encoding: 'utf8',
  });
  const wall = performance.now() - before;
  if (status !== 0) throw new Error(stderr);
  const [, children = ''] = stdout.trim().split('\n');
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  );
  return { wall: wall / tasks, cpu: (seconds.reduce((sum, value) => sum + value, 0) * 1000) / tasks };
}

function write(directory, path, content) {
  mkdirSync(join(directory, path, '..'), { recursive: true });
  writeFileSync(join(directory, path), content);
}

function git(cwd, ...args) {
  return execFileSync('git', args, { cwd, encoding: 'utf8' });
}
