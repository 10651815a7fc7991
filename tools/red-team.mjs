// The red-team suite: the built command line against hostile tasks, agents and machines. See packages/cli/red-team/README.md.
import { spawnSync } from 'node:child_process';

step('turbo', ['run', 'build', '--output-logs=errors-only']);
step('vitest', ['run', '--config', 'packages/cli/red-team/vitest.config.ts', ...process.argv.slice(2)]);

function step(command, args) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}
