// The crash suite: real runners are killed and stopped before each of their durable steps, and a fresh start must finish.
//   node tools/crash.mjs                               about a hundred steps, within two minutes on two cores
//   node tools/crash.mjs --deep                        also the steps by which only drafts come into being: the soak
//   CRASH_AT='landing.land › git update-ref #2' …      one step, as a failure prints it
import { spawnSync } from 'node:child_process';

const deep = process.argv.includes('--deep') ? { CRASH_DEEP: '1' } : {};
const { status } = spawnSync('vitest', ['run', '--config', 'packages/cli/crash/vitest.config.ts'], {
  stdio: 'inherit',
  env: { ...process.env, ...deep },
  shell: process.platform === 'win32',
});
process.exit(status ?? 1);
