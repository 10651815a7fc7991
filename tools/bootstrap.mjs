// Runs a root script with the pnpm this repository pins, on a machine that has only Node and npm.
// pnpm installs what is missing before it runs the script (verifyDepsBeforeRun).
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [script, ...rest] = process.argv.slice(2);
const { packageManager } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const result = spawnSync('npx', ['--yes', packageManager, 'run', script, ...rest], {
  stdio: 'inherit',
  cwd: new URL('..', import.meta.url),
  shell: process.platform === 'win32',
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', npm_config_update_notifier: 'false' },
});
process.exit(result.status ?? 1);
