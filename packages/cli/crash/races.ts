/** See `tools/races.mjs`. */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../testkit/src/seeded-random.ts';
import { buildProgram, programDirectory } from './build-program.ts';
import { type RaceResult, race } from './race.ts';
import { writeReliability } from './write-reliability.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    rounds: { type: 'string', default: '20' },
    tasks: { type: 'string', default: '50' },
    runners: { type: 'string', default: '4' },
    lease: { type: 'string', default: '400' },
    write: { type: 'string' },
  },
});
const first = Number(values.seed);
const [tasks, runners, leaseTtlMs] = [Number(values.tasks), Number(values.runners), Number(values.lease)];
const command = `npm run races -- --seed ${first} --rounds ${values.rounds} --tasks ${tasks} --runners ${runners} --lease ${leaseTtlMs}`;
const directory = programDirectory();
const log: string[] = [];
const results: RaceResult[] = [];
const say = (line: string) => {
  log.push(line);
  console.log(line);
};

say(command);
try {
  const program = await buildProgram(directory);
  for (let seed = first; seed < first + Number(values.rounds); seed += 1) {
    const result = await race({ program, random: seededRandom(seed), tasks, runners, leaseTtlMs });
    results.push(result);
    say(lineOf(seed, result));
    for (const what of result.broken) say(`  ${what}`);
    if (result.broken.length > 0)
      say(`  in ${result.root}; replay with: npm run races -- --seed ${seed} --rounds 1 --tasks ${tasks}`);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
say(summary());
if (values.write !== undefined) writeReliability(values.write, { command, log, date: new Date() });
process.exitCode = results.every(({ broken }) => broken.length === 0) ? 0 : 1;

function lineOf(seed: number, { races, runners: started, kills, stops, ms, ...counts }: RaceResult): string {
  const { doubleLandings, lostAttempts, staleWrites, attempts } = counts;
  const what = `${races} races, ${attempts} attempts, ${started} runners, ${kills} killed, ${stops} stopped`;
  const faults = `${doubleLandings} double landings, ${lostAttempts} lost attempts, ${staleWrites} stale writes`;
  return `seed ${seed}: ${what}, ${(ms / 1000).toFixed(1)} s: ${faults}`;
}

function summary(): string {
  const sum = (
    key: 'races' | 'attempts' | 'kills' | 'stops' | 'ms' | 'doubleLandings' | 'lostAttempts' | 'staleWrites',
  ) => results.reduce((total, result) => total + result[key], 0);
  const faults = `${sum('doubleLandings')} double landings, ${sum('lostAttempts')} lost attempts, ${sum('staleWrites')} stale writes`;
  const what = `${sum('races')} races, ${sum('attempts')} attempts, ${sum('kills')} runners killed, ${sum('stops')} stopped`;
  return `${what}, ${Math.round(sum('ms') / 1000)} s: ${faults}`;
}
