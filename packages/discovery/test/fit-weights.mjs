// Fits the weights of `src/likeness/certainty.ts` to the tuning part of the labelled pairs and prints them:
//   node --conditions=@backlog-runner/source test/fit-weights.mjs
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { knownIdeas } from '../src/near-duplicate.ts';

const REGULARISATION = 0.01;
/** Taking another idea for a known one costs more than missing a duplicate. */
const COST_OF_WRONG = 2;
/** Moves the border to where precision is 0.95 on the tuning part. */
const SHIFT = 0.1;

const ideaOf = ({ title, touch_paths, acceptance_criteria, description }) => ({
  ...{ title, touchPaths: touch_paths, acceptanceCriteria: acceptance_criteria, description },
});
const pairs = readFileSync(new URL('near-duplicates.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
  .map(({ id, duplicate, a, b }) => ({ id, duplicate, a: ideaOf(a), b: ideaOf(b) }));
const all = knownIdeas(pairs.flatMap(({ a, b }) => [a, b]));
const tuning = pairs.filter(({ id }) => createHash('sha256').update(id).digest()[0] >= 102);

// What is one idea with `a` is as different from `c` as `a` is.
const derived = tuning
  .filter(({ duplicate }) => duplicate)
  .flatMap(({ a, b }) => [
    [a, b],
    [b, a],
  ])
  .flatMap(([one, same]) =>
    tuning
      .filter(({ duplicate }) => !duplicate)
      .flatMap(({ a, b }) => [
        [a, b],
        [b, a],
      ])
      .filter(([other]) => other.title === one.title)
      .map(([, different]) => ({ duplicate: false, a: same, b: different })),
  );

const examples = [...tuning, ...derived].map(({ a, b, duplicate }) => ({ x: all.compare(a, b).features, duplicate }));
const names = Object.keys(examples[0].x);
const rows = examples.map(({ x, duplicate }) => ({ x: [1, ...names.map((name) => x[name])], y: Number(duplicate) }));

let weights = new Array(names.length + 1).fill(0);
for (let step = 0; step < 40_000; step += 1) {
  const slope = weights.map((weight, at) => (at === 0 ? 0 : REGULARISATION * weight));
  for (const { x, y } of rows) {
    const sum = x.reduce((total, value, at) => total + value * weights[at], 0);
    const error = (1 / (1 + Math.exp(-sum)) - y) * (y === 1 ? 1 : COST_OF_WRONG);
    for (const [at, value] of x.entries()) slope[at] += error * value;
  }
  weights = weights.map((weight, at) => weight - (0.5 * slope[at]) / tuning.length);
}

const [bias, ...rest] = weights.map((weight) => Math.round(weight * 100) / 100);
console.log(Object.fromEntries(names.map((name, at) => [name, rest[at]])), 'BIAS', bias + SHIFT);
