/** See `tools/simulate.mjs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { joinSeeds, replayOf, seedsFile, toldOf } from './failed-seeds.ts';
import type { Count, Play } from './simulate.ts';
import { simulate } from './simulate.ts';
import { writeFigures } from './write-figures.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    write: { type: 'string' },
    workers: { type: 'string', default: String(Math.min(availableParallelism(), 8)) },
  },
});
/** Of how many failures it is told what failed. */
const MOST_TOLD = 20;
/** How many histories a worker plays at a time. */
const BATCH = 20;
const SEEDS_FILE = new URL('failed-seeds.json', import.meta.url);
const failedSeeds: readonly number[] = JSON.parse(readFileSync(SEEDS_FILE, 'utf8'));
process.exitCode = values.seed === undefined ? await playMany() : await playOne(Number(values.seed));

/** One history, told step by step. */
async function playOne(seed: number): Promise<number> {
  const play = await simulate(seed, { isTraced: true });
  for (const line of play.trace) console.log(line);
  for (const { promise, text } of play.breaches) console.log(`promise ${promise}: ${text}`);
  const again = await simulate(seed);
  if (again.digest !== play.digest) console.log('the same seed gave another history');
  console.log(`seed ${seed}: ${play.steps} steps, ${play.breaches.length} breaches`);
  return play.breaches.length === 0 && again.digest === play.digest ? 0 : 1;
}

async function playMany(): Promise<number> {
  const [from, count] = [Number(values.from), Number(values.seeds)];
  const seeds = [...new Set([...failedSeeds, ...Array.from({ length: count }, (_, at) => from + at)])];
  const start = process.hrtime.bigint();
  const plays = await playAll(seeds, Number(values.workers));
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const failed = plays.filter(({ breaches }) => breaches.length > 0).sort((left, right) => left.seed - right.seed);
  for (const [at, { seed, breaches }] of failed.entries()) {
    console.log(`seed ${seed} fails. Replay it with: ${replayOf(seed)}`);
    for (const { promise, text } of at < MOST_TOLD ? breaches.slice(0, 5) : [])
      console.log(`  promise ${promise}: ${text}`);
  }
  for (const line of keep(failed.map(({ seed }) => seed))) console.log(line);
  const sum = (count: Count) => plays.reduce((total, { counts }) => total + counts[count], 0);
  const steps = plays.reduce((total, play) => total + play.steps, 0);
  const figures = [
    `${plays.length} histories, ${steps} steps, ${sum('runners')} runners, ${sum('attempts')} attempts, ${sum('landings')} landings`,
    `of landings turned down: ${sum('held')} held, ${sum('moved')} moved, ${sum('fenced')} fenced`,
    `${sum('crashes')} crashes, ${sum('pauses')} pauses, ${sum('jumps')} jumps of the clock, ${sum('lostLeases')} lost leases`,
    `${sum('failures')} failures of the disk, ${sum('personActs')} acts of a person`,
    `${failed.length} failed, ${seconds.toFixed(1)} s`,
  ];
  for (const line of figures) console.log(line);
  const range = from === 1 ? '' : ` --from ${from}`;
  const command = `npm run simulate -- --seeds ${count}${range}`;
  if (values.write !== undefined) writeFigures(values.write, { command, lines: figures, date: new Date() });
  return failed.length === 0 ? 0 : 1;
}

/** Puts failing seeds where they are played every time. Answers with what is to be said of it. */
function keep(failing: readonly number[]): readonly string[] {
  const listed = joinSeeds(failedSeeds, failing);
  const added = listed.filter((seed) => !failedSeeds.includes(seed));
  const isCI = Boolean(process.env.CI);
  if (added.length > 0 && !isCI) writeFileSync(SEEDS_FILE, seedsFile(listed));
  return toldOf(isCI, listed, added);
}

/** Whoever is free takes the next seeds. */
async function playAll(seeds: readonly number[], count: number): Promise<readonly Play[]> {
  const plays: Play[] = [];
  const waiting = [...seeds];
  await Promise.all(
    Array.from({ length: count }, () => {
      let playing: readonly number[] = [];
      const worker = new Worker(new URL('seed-worker.ts', import.meta.url));
      return new Promise<void>((resolve, reject) => {
        const next = () => {
          playing = waiting.splice(0, BATCH);
          if (playing.length > 0) worker.postMessage(playing);
          else void worker.terminate().then(() => resolve());
        };
        worker.on('message', (done: readonly Play[]) => {
          plays.push(...done);
          next();
        });
        worker.on('error', (cause) => reject(new Error(`A worker died in one of the seeds ${playing}.`, { cause })));
        next();
      });
    }),
  );
  return plays;
}
