// The real codex and claude binaries against a stub model server: each provider alone, then the built command line.
import { spawnSync } from 'node:child_process';
import { installAgents } from './agents.mjs';

installAgents();
step('turbo', ['run', 'build', '--output-logs=errors-only']);
step('vitest', ['run', '--project', 'providers-codex', '--project', 'providers-claude', 'real-cli']);
step('vitest', ['run', '--config', 'packages/cli/e2e/vitest.config.ts']);

function step(command, args) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}
