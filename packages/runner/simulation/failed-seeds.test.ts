import { expect, test } from 'vitest';
import { joinSeeds, replayOf, seedsFile, toldOf } from './failed-seeds.ts';
import { playSeed } from './play-seed.ts';

test.each([
  [[], [], []],
  [[3, 20], [], [3, 20]],
  [
    [3, 20],
    [20, 100, 7, 7],
    [3, 7, 20, 100],
  ],
])('%j and the failing %j make the list %j', (known, failing, list) => {
  expect(joinSeeds(known, failing)).toEqual(list);
});

test.each([0, 1, 16, 400])('a list of %i seeds reads as itself, in lines that are not too long', (count) => {
  const seeds = Array.from({ length: count }, (_, at) => at * 997);
  const text = seedsFile(seeds);
  expect(JSON.parse(text)).toEqual(seeds);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('a build says what to add to the list, anybody else is told what joined it', () => {
  expect(toldOf(true, [3, 7], [])).toEqual([]);
  expect(toldOf(true, [3, 7], [7]).join('\n')).toMatch(/^Put 7 into .*\n\[3, 7\]$/);
  expect(toldOf(false, [3, 7], [7])).toEqual([expect.stringContaining('7 joined ')]);
});

test('a history in which the simulation itself breaks is a failure of its seed', async () => {
  const { seed, breaches } = await playSeed(7, () => Promise.reject(new Error('no such step')));
  expect(seed).toBe(7);
  expect(breaches).toEqual([{ promise: 0, text: expect.stringContaining('no such step') }]);
});

test('a replay names its seed', () => {
  expect(replayOf(7)).toMatch(/--seed 7$/);
});
