// The whole default suite: build, types, lint, house rules, tests. Stops at the first that fails.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const results = join(mkdtempSync(join(tmpdir(), 'backlog-runner-test-')), 'results.json');
const steps = [
  ['build and types', 'turbo', ['run', 'build', 'typecheck', '--output-logs=errors-only']],
  ['lint', 'biome', ['check', '--error-on-warnings', '.']],
  ['house rules', 'node', ['tools/house-rules.mjs', '--packed']],
  // By itself vitest leaves one core idle, which of two is half of them.
  [
    'tests',
    'vitest',
    ['run', '--maxWorkers=100%', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`],
  ],
];

let failedStep;
for (const [name, command, args] of steps) {
  console.log(`\n# ${name}`);
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status === 0) continue;
  failedStep = name;
  break;
}

const { numPassedTests = 0, numFailedTests = 0 } = readResults();
rmSync(join(results, '..'), { recursive: true });
console.log(failedStep ? `\nfailed: ${failedStep}` : '\nall well');
console.log(`${numPassedTests} passed, ${numFailedTests} failed`);
process.exit(failedStep ? 1 : 0);

function readResults() {
  try {
    return JSON.parse(readFileSync(results, 'utf8'));
  } catch {
    return {};
  }
}
