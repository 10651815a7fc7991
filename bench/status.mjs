// What `status` costs with a large backlog that did not change since it was last read, and what a command costs at all,
// each against an empty Node process in the same run. Needs built packages; then `node bench/status.mjs [tasks]`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goal } from './goal.mjs';

const TASKS = Number(process.argv[2] ?? 10_000);
const ROUNDS = 9;
/** A file this young may change again without its times telling, so it is not kept in the index. */
const SETTLED_MS = 2500;
const BIN = fileURLToPath(new URL('../packages/cli/dist/bin.js', import.meta.url));

const directory = mkdtempSync(join(tmpdir(), 'status-bench-'));
try {
  makeBacklog();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SETTLED_MS);
  run([BIN, 'sync']);
  const figures = measure({
    empty: ['-e', '0'],
    status: [BIN, 'status'],
    version: [BIN, '--version'],
    help: [BIN, '--help'],
    show: [BIN, 'show', 'task-00007'],
  });
  console.log(`Node ${process.versions.node}, medians of ${ROUNDS} rounds, in which the contestants take turns`);
  for (const [name, { wall, above, ratio }] of Object.entries(figures)) {
    console.log(
      `${name}: ${wall.toFixed(0)} ms wall, ${above.toFixed(0)} ms above an empty process, ${ratio.toFixed(2)} x its wall`,
    );
  }
  const { status, version, help, show } = figures;
  goal(
    'A',
    `status of ${TASKS} tasks at most 150 ms above an empty process (${status.above.toFixed(0)})`,
    status.above <= 150,
  );
  goal('A', `--version at most 1.15 of an empty process (${version.ratio.toFixed(2)})`, version.ratio <= 1.15);
  goal('A', `--help at most 1.15 of an empty process (${help.ratio.toFixed(2)})`, help.ratio <= 1.15);
  goal('A', `show at most 1.25 of an empty process (${show.ratio.toFixed(2)})`, show.ratio <= 1.25);
} finally {
  rmSync(directory, { recursive: true });
}

function makeBacklog() {
  run(['-e', `require('node:child_process').execFileSync('git', ['init', '-q'])`]);
  mkdirSync(join(directory, 'backlog/tasks'), { recursive: true });
  writeFileSync(join(directory, 'backlog.config.mjs'), 'export default {};\n');
  for (let index = 0; index < TASKS; index += 1) {
    writeFileSync(join(directory, 'backlog/tasks', `${idOf(index)}.yaml`), specOf(index));
  }
}

function idOf(index) {
  return `task-${String(index).padStart(5, '0')}`;
}

function specOf(index) {
  return `id: ${idOf(index)}
title: Make step ${index} of the import work with files of any size
state: ${index % 5 === 0 ? 'done' : 'ready'}
priority: ${['high', 'normal', 'low'][index % 3]}
depends_on:${index % 5 === 1 ? `\n  - ${idOf(index + 1)}` : ' []'}
touch_paths:
  - src/step-${index}/index.ts
  - src/step-${index}/test.ts
acceptance_criteria:
  - Step ${index} does what it should, and a test shows it.
  - No other command becomes slower by more than a tenth.
description: |
  ${'The result must be the same whatever the order of the input is. '.repeat(9).trim()}
status_notes:
  - Asked for by three people in spring.
created_at: 2026-11-01T10:00:00.000Z
updated_at: 2026-11-02T10:00:00.000Z
`;
}

function run(args) {
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: directory, encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} exited with ${status}: ${stderr}`);
}

/** Differences and ratios are taken round by round, because the machine's speed drifts. */
function measure(contestants) {
  const rounds = Array.from({ length: ROUNDS }, () =>
    Object.fromEntries(Object.entries(contestants).map(([name, args]) => [name, timeOf(args)])),
  );
  const figure = (name) => ({
    wall: median(rounds.map((round) => round[name])),
    above: median(rounds.map((round) => round[name] - round.empty)),
    ratio: median(rounds.map((round) => round[name] / round.empty)),
  });
  return Object.fromEntries(Object.keys(contestants).map((name) => [name, figure(name)]));
}

function timeOf(args) {
  const start = performance.now();
  run(args);
  return performance.now() - start;
}

function median(values) {
  return values.toSorted((left, right) => left - right)[values.length >> 1];
}
