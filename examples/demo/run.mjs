// Works off a small backlog in a throw-away repository, with the real command line and a scripted agent.
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How the ids begin; those of tasks that are added on the way end in a few letters nobody knows before. */
const TO_LAND = [
  'greet-by-name',
  'shout',
  'mention-greeting',
  'mention-shouting',
  'say-goodbye-by-name-',
  'shout-a-goodbye-',
  'mention-goodbyes-',
  'list-all-functions-',
  'explain-how-to-run-the-tests-',
];
const here = fileURLToPath(new URL('.', import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'backlog-runner-demo-'));
const project = join(place, 'greeter');

say('A throw-away repository');
mkdirSync(project);
cpSync(join(here, 'project'), project, { recursive: true });
renameSync(join(project, 'gitignore'), join(project, '.gitignore'));
symlinkSync(join(here, 'node_modules'), join(project, 'node_modules'), 'junction');
// A link is not a directory, so the `node_modules/` of the .gitignore does not cover it.
git('init', '--quiet', '--initial-branch=main');
git('config', 'user.name', 'Demo');
git('config', 'user.email', 'demo@example.invalid');
exclude('node_modules');
commit('A small project with one test');

say('backlog-runner init');
backlogRunner('init');
cpSync(join(here, 'backlog.config.mjs'), join(project, 'backlog.config.mjs'));
for (const file of readdirSync(join(here, 'backlog'))) {
  cpSync(join(here, 'backlog', file), join(project, 'backlog', 'tasks', file));
}
cpSync(join(here, 'passes'), join(project, 'scripts', 'backlog', 'passes'), { recursive: true });
commit('Set up the backlog');
backlogRunner('list');

say('backlog-runner start --once');
const exitCode = backlogRunner('start', '--once');

say('What landed');
git(
  'log',
  '--reverse',
  '--format=%h %s (%(trailers:key=Backlog-Task,valueonly,separator=%x2C))',
  '--grep=Backlog-Task',
);
say('What did not, and why');
backlogRunner('show', 'prove-one-is-two');
say('What was looked for');
backlogRunner('pass', 'list');
say('All of it');
console.log(join(project, 'backlog.md'));

process.exit(judge());

/** The demo is also a test: exactly what was to land has landed, and the failure is reported as one. */
function judge() {
  const landed = output('log', '--format=%(trailers:key=Backlog-Task,valueonly,separator=)', '--grep=Backlog-Task');
  const tasks = landed.split('\n').filter(Boolean);
  const wrong = [];
  if (new Set(tasks).size !== tasks.length) wrong.push('a task landed twice');
  for (const begin of TO_LAND) {
    if (!tasks.some((task) => task.startsWith(begin))) wrong.push(`${begin} should have landed`);
  }
  if (tasks.length !== TO_LAND.length) wrong.push(`${TO_LAND.length} tasks should have landed, not ${tasks.length}`);
  if (existsSync(join(project, 'test', 'one-is-two.test.js'))) wrong.push('the impossible task left a file behind');
  if (output('status', '--porcelain', '--untracked-files=no', '--', 'src', 'test').trim() !== '') {
    wrong.push('the checkout is not clean');
  }
  if (exitCode !== 1) wrong.push(`start should have ended with 1, not ${exitCode}`);
  for (const line of wrong) console.error(`demo: ${line}`);
  if (wrong.length === 0 && process.env.CI) rmSync(place, { recursive: true, force: true });
  return wrong.length === 0 ? 0 : 1;
}

function say(text) {
  console.log(`\n── ${text}`);
}

function backlogRunner(...args) {
  const bin = join('node_modules', '.bin', process.platform === 'win32' ? 'backlog-runner.cmd' : 'backlog-runner');
  const { status } = spawnSync(bin, args, {
    cwd: project,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return status;
}

function commit(message) {
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
}

function exclude(pattern) {
  appendFileSync(join(project, '.git', 'info', 'exclude'), `${pattern}\n`);
}

function git(...args) {
  spawnSync('git', args, { cwd: project, stdio: 'inherit' });
}

function output(...args) {
  return spawnSync('git', args, { cwd: project, encoding: 'utf8' }).stdout;
}
