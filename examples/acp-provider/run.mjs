// Works off two tasks in a throw-away repository, with the real command line, the config beside this file and the small
// agent of test/. Exits with 0 when both have landed, each by the agent that the config names or holds for it.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAME = 'backlog-runner-provider-acp';
const provider = dirname(dirname(fileURLToPath(import.meta.resolve(NAME))));
const library = import.meta.resolve('backlog-runner');
const command = fileURLToPath(new URL(`./bin${extname(library)}`, library));
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const place = mkdtempSync(join(tmpdir(), 'backlog-runner-acp-'));
const project = join(place, 'project');

const FILES = {
  '.gitignore': '.backlog-runner/\nbacklog.md\nnode_modules\n',
  'scripts/backlog/agent.md': 'Be kind.\n',
  'backlog/tasks/code.yaml': 'title: Write code\ntouch_paths: [code.txt]\n',
  'backlog/tasks/page.yaml': 'title: Write a page\nexecution_domain: ui_ux\ntouch_paths: [page.txt]\n',
};
const LANDED = ['code small-coder', 'page small-painter'];

try {
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), text);
  }
  copyFileSync(here('backlog.config.mjs'), join(project, 'backlog.config.mjs'));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(provider, join(project, 'node_modules', NAME), 'junction');
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Example');
  git('config', 'user.email', 'example@example.invalid');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'A backlog');

  const { status, stdout } = run(process.execPath, ...process.execArgv, command, 'start', '--once');
  const trailers = ['Backlog-Task', 'Backlog-Agent'].map((key) => `%(trailers:key=${key},valueonly,separator=%x2C)`);
  const landed = git('log', '--grep=Backlog-Task', `--format=${trailers.join(' ')}`)
    .stdout.trim()
    .split('\n')
    .sort();
  console.log(`${stdout}${landed.join('\n')}`);
  process.exitCode = status === 0 && landed.join() === LANDED.join() ? 0 : 1;
} finally {
  rmSync(place, { recursive: true, force: true, maxRetries: 5 });
}

function git(...args) {
  return run('git', ...args);
}

function run(program, ...args) {
  const env = { ...process.env, SMALL_AGENT: here('test/acp-agent.mjs'), XDG_STATE_HOME: join(place, 'state') };
  return spawnSync(program, args, { cwd: project, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
