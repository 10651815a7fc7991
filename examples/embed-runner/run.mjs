// Makes a throw-away project with one task and an agent that follows a script, and has `work-off.mjs` work it off.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { workOff } from './work-off.mjs';

const FILES = {
  '.gitignore': '.backlog-runner/\nbacklog.md\n',
  'scripts/backlog/agent.md': 'Be kind.\n',
  'backlog/tasks/greet.yaml': 'title: Greet people\ntouch_paths: [greeting.txt]\n',
  'backlog.config.mjs': `import { scripted } from ${JSON.stringify(import.meta.resolve('@backlog-runner/testkit'))};

const tool = scripted({ tasks: { greet: [{ write: { 'greeting.txt': 'hello\\n' } }] } });
export default {
  validation: { default: 'git diff --check' },
  workspace: { directory: '../workspaces' },
  providers: { agents: { code: { tool }, ui: { tool } } },
};
`,
};

const place = mkdtempSync(join(tmpdir(), 'backlog-runner-embed-'));
const project = join(place, 'project');
const git = (...args) => execFileSync('git', args, { cwd: project, stdio: 'inherit' });
try {
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), text);
  }
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Example');
  git('config', 'user.email', 'example@example.invalid');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'A backlog');

  const { landed, reason } = await workOff(project, new AbortController().signal);
  console.log(`${landed.join()} landed; ${reason}`);
  assert.deepEqual(landed, ['greet']);
  assert.equal(readFileSync(join(project, 'greeting.txt'), 'utf8'), 'hello\n');
} finally {
  rmSync(place, { recursive: true, force: true, maxRetries: 5 });
}
