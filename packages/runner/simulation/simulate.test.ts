import { expect, test } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { simulate } from './simulate.ts';

const FIRST_SEEDS = 300;

test('one seed gives one history', async () => {
  for (const seed of [1, 2, 3, 236]) {
    const [first, second] = [await simulate(seed), await simulate(seed, { isTraced: true })];
    expect(second.digest).toBe(first.digest);
    expect(second.trace.length).toBeGreaterThan(first.steps);
  }
});

test.each(MUTANTS)('it is noticed when $what', async ({ mutate, promise }) => {
  const broken: number[] = [];
  for (let seed = 1; seed <= FIRST_SEEDS && !broken.includes(promise); seed += 1) {
    const { breaches } = await simulate(seed, { mutate });
    broken.push(...breaches.map((breach) => breach.promise));
  }
  expect(broken).toContain(promise);
});
