// All measurements, one after the other, and at the end every goal as met or not. Each figure is a ratio to a floor taken
// in the same run: read those, not the absolute times of a shared machine.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));
const build = spawnSync('turbo', ['run', 'build', '--output-logs=errors-only'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (build.status !== 0) process.exit(1);

const goals = [];
let failed = 0;
for (const file of readdirSync(here)
  .filter((name) => name.endsWith('.mjs') && !['run.mjs', 'goal.mjs'].includes(name))
  .sort()) {
  console.log(`\n── ${file}`);
  if (!(await runsWell(file))) failed += 1;
}
console.log('\n── goals');
for (const line of goals) console.log(line);
process.exit(failed === 0 ? 0 : 1);

async function runsWell(file) {
  const child = spawn(process.execPath, ['--conditions=@backlog-runner/source', `${here}${file}`], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('goal ')) goals.push(line);
    console.log(line);
  }
  const [code] = await ended;
  return code === 0;
}
