// What the store costs, each figure as a ratio to the least that does the job, taken in the same run.
//   node --conditions @backlog-runner/source bench/store.mjs [tasks]
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileInbox, fileStore } from '../packages/store/src/index.ts';
import { goal } from './goal.mjs';

const MANY = Number(process.argv[2] ?? 10_000);
const SOME = MANY / 10;
const FEW = MANY / 100;
const ROUNDS = 5;
const SETTLED_MS = 2500;

/** Waits without a timer, as a command between two commands of a person would. */
const settle = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SETTLED_MS);

function backlogOf(count) {
  const directory = mkdtempSync(join(tmpdir(), 'store-bench-'));
  mkdirSync(join(directory, 'backlog/tasks'), { recursive: true });
  for (let index = 0; index < count; index += 1) {
    writeFileSync(join(directory, 'backlog/tasks', `${idOf(index)}.yaml`), specOf(index));
  }
  return directory;
}

const idOf = (index) => `task-${String(index).padStart(5, '0')}`;

function specOf(index) {
  const sentence = 'The result must be the same whatever the order of the input is and however often it is asked for';
  return `# yaml-language-server: $schema=../task.schema.json
id: ${idOf(index)}
title: Make step ${index} of the import work with files of any size
state: ${index % 5 === 0 ? 'done' : 'ready'}
priority: ${index % 7 === 0 ? 'high' : 'normal'}
task_kind: implementation
depends_on:${index % 5 === 1 ? `\n  - ${idOf(index - 1)}` : ' []'}
touch_paths:
  - packages/pkg-${index % 50}/src
  - packages/pkg-${index % 50}/test   # its tests
capabilities: []
acceptance_criteria:
  - ${sentence} (${index}).
  - "A test shows it: the old behaviour fails it."
  - No other command becomes slower by more than a tenth.
description: |
  ${sentence}.

  ${`${sentence}. `.repeat(6).trim()}
status_notes:
  - Asked for by three people in spring.
source:
  type: pass
  pass_id: imports
created_at: 2026-11-01T10:00:00.000Z
updated_at: 2026-11-02T10:00:00.000Z
`;
}

async function measure(action) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const ofChild = await action();
  const { user, system } = ofChild ?? process.cpuUsage(cpu);
  return { wall: performance.now() - start, cpu: (user + system) / 1000 };
}

/** The medians of several rounds, in which the contestants take turns. */
async function compare(contestants, rounds = ROUNDS) {
  const samples = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, action] of Object.entries(contestants)) samples[name].push(await measure(action));
  }
  const median = (values) => values.sort((left, right) => left - right)[values.length >> 1];
  return Object.fromEntries(
    Object.entries(samples).map(([name, list]) => [
      name,
      { wall: median(list.map(({ wall }) => wall)), cpu: median(list.map(({ cpu }) => cpu)) },
    ]),
  );
}

const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
function report(title, figures, name, floor) {
  const ratio = (kind) => (figures[name][kind] / figures[floor][kind]).toFixed(2);
  console.log(
    `${title}: ${ratio('cpu')} x CPU, ${ratio('wall')} x wall  (${name} ${ms(figures[name].cpu)} CPU ${ms(figures[name].wall)} wall, ${floor} ${ms(figures[floor].cpu)} CPU ${ms(figures[floor].wall)} wall)`,
  );
}

/** Each measured in a process of its own, as a command is. */
function inProcess(script, directory) {
  const code = `${script}; process.stdout.write(JSON.stringify(process.cpuUsage()));`;
  const args = ['--input-type=module', '-e', code, directory];
  return () => JSON.parse(execFileSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' }));
}

const STORE = `import { fileStore } from '../packages/store/src/index.ts'; const directory = process.argv[1];`;
const PARSE = `import { readdirSync, readFileSync } from 'node:fs'; import { parse } from 'yaml'; const tasks = process.argv[1] + '/backlog/tasks/';
for (const name of readdirSync(tasks)) parse(readFileSync(tasks + name, 'utf8'));`;
const FLOOR = `import { lstatSync, readdirSync, readFileSync } from 'node:fs'; const tasks = process.argv[1] + '/backlog/tasks/';
for (const name of readdirSync(tasks)) lstatSync(tasks + name);
readFileSync(process.argv[1] + '/.backlog-runner/index');`;

const many = backlogOf(MANY);
const some = backlogOf(SOME);
const few = backlogOf(FEW);
settle();

const cold = await compare(
  {
    parse: inProcess(PARSE, many),
    cold: inProcess(`${STORE} await fileStore({ directory, index: 'none' }).read();`, many),
    empty: inProcess('', many),
  },
  3,
);
report(`cold load of ${MANY} against reading and parsing`, cold, 'cold', 'parse');
const coldShare = (cold.cold.wall / cold.parse.wall).toFixed(2);
goal('A', `a cold load at most 1.2 of reading and parsing (${coldShare})`, coldShare <= 1.2);

for (const directory of [many, some, few]) await fileStore({ directory }).read();
const warmRead = (directory) =>
  inProcess(`${STORE} await fileStore({ directory, index: 'read-only' }).read();`, directory);
const warm = await compare({
  empty: inProcess('', many),
  floor: inProcess(FLOOR, many),
  warm: warmRead(many),
  warmSome: warmRead(some),
  warmFew: warmRead(few),
});
report(`warm load of ${MANY} against lstat and reading the index`, warm, 'warm', 'floor');
for (const [count, name] of [
  [FEW, 'warmFew'],
  [SOME, 'warmSome'],
  [MANY, 'warm'],
]) {
  console.log(`warm load of ${count} above an empty process: ${ms(warm[name].wall - warm.empty.wall)} wall`);
}

let round = 0;
const candidateOf = (title) => ({
  title,
  priority: 'normal',
  kind: 'implementation',
  dependsOn: [],
  touchPaths: [],
  capabilities: [],
  acceptanceCriteria: [],
  source: { type: 'manual' },
});
const add = (directory) =>
  inProcess(
    `${STORE} await fileStore({ directory }).add({ ...${JSON.stringify(candidateOf(''))}, title: 'Idea ' + Math.random() });`,
    directory,
  );
const update = (directory) =>
  inProcess(
    `${STORE} await fileStore({ directory, highestFence: async () => 1 }).update('${idOf(7)}', { addNotes: ['n'] }, { fence: 1 });`,
    directory,
  );
for (const directory of [few, some, many]) add(directory)();
const single = await compare({
  empty: inProcess('', many),
  addFew: add(few),
  addSome: add(some),
  addMany: add(many),
  updateFew: update(few),
  updateMany: update(many),
});
report(`add among ${SOME} against ${FEW}, whole process`, single, 'addSome', 'addFew');
report(`add among ${MANY} against ${FEW}, whole process`, single, 'addMany', 'addFew');
report(`update among ${MANY} against ${FEW}, whole process`, single, 'updateMany', 'updateFew');
report(`update among ${MANY} against an empty process`, single, 'updateMany', 'empty');
report(`add among ${MANY} against an empty process`, single, 'addMany', 'empty');

// Removed at the end: a file system that has just removed many files is slow to create others.
const drained = [];
const drainOf = (lines) => async () => {
  const directory = backlogOf(0);
  round += 1;
  const text = Array.from(
    { length: lines },
    (_, index) => `${JSON.stringify({ title: `Idea ${round} ${index}` })}\n`,
  ).join('');
  appendFileSync(join(directory, 'backlog/inbox.jsonl'), text);
  const store = fileStore({ directory });
  const { added } = await fileInbox({ directory, store }).drain();
  if (added.length !== lines) throw new Error(`${added.length} of ${lines} were added.`);
  drained.push(directory);
};
await measure(drainOf(100));
const drains = await compare({ hundred: drainOf(100), thousand: drainOf(1000) });
report('draining 1,000 lines against 100', drains, 'thousand', 'hundred');
const drainShare = (drains.thousand.wall / drains.hundred.wall).toFixed(1);
goal('B', `draining 1,000 lines takes at most 12 times what 100 take (${drainShare})`, drainShare <= 12);

const limited = spawnSync(
  'sh',
  [
    '-c',
    'ulimit -n 256 && exec "$0" "$@"',
    process.execPath,
    ...['--conditions=@backlog-runner/source', '--input-type=module', '-e'],
    `${STORE} const store = fileStore({ directory, index: 'none' }); process.exitCode = (await store.read()).tasks.length >= ${MANY} ? 0 : 1;`,
    many,
  ],
  { cwd: import.meta.dirname, stdio: ['ignore', 'inherit', 'inherit'] },
);
goal('A', `${MANY} tasks are read with 256 open files at most`, limited.status === 0);

for (const directory of [many, some, few, ...drained]) rmSync(directory, { recursive: true });
