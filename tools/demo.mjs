// Builds what the demo needs, then runs it.
import { spawnSync } from 'node:child_process';

const shell = process.platform === 'win32';
const build = spawnSync('turbo', ['run', 'build', '--output-logs=errors-only'], {
  stdio: ['ignore', 'ignore', 'inherit'],
  shell,
});
if (build.status !== 0) process.exit(build.status ?? 1);
process.exit(spawnSync(process.execPath, ['examples/demo/run.mjs'], { stdio: 'inherit' }).status ?? 1);
