import { testClock } from '@backlog-runner/testkit';
import { expect, it } from 'vitest';
import { type Overrun, watchLimits } from './watch-limits.ts';

const NONE = new Map<string, string>();
const TEST = new Map([['1', 'npm test']]);

function watching() {
  const clock = testClock();
  const overruns: Overrun[] = [];
  const limits = { idleMs: 100, toolMs: 300, totalMs: 1_000 };
  return { clock, overruns, watch: watchLimits(limits, clock, (overrun) => overruns.push(overrun)) };
}

it('silence is over with the next sign of life', async () => {
  const { clock, overruns, watch } = watching();
  await clock.advance(99);
  watch.heard(NONE);
  await clock.advance(99);
  expect(overruns).toEqual([]);
  await clock.advance(1);
  expect(overruns).toMatchObject([{ limit: 'idle', message: 'The agent said nothing for longer than allowed.' }]);
});

it('a tool at work is not silence, but has a limit of its own', async () => {
  const { clock, overruns, watch } = watching();
  watch.heard(TEST);
  await clock.advance(200);
  watch.heard(TEST);
  await clock.advance(99);
  expect(overruns).toEqual([]);
  await clock.advance(1);
  expect(overruns).toMatchObject([{ message: 'The tool npm test ran for longer than a tool may.' }]);
});

it('after a tool silence counts again', async () => {
  const { clock, overruns, watch } = watching();
  watch.heard(TEST);
  await clock.advance(250);
  watch.heard(NONE);
  await clock.advance(99);
  expect(overruns).toEqual([]);
  await clock.advance(1);
  expect(overruns).toMatchObject([{ limit: 'idle' }]);
});

it('the whole run has a limit, and only the first limit is told', async () => {
  const { clock, overruns, watch } = watching();
  for (let at = 0; at < 20; at += 1) {
    watch.heard(NONE);
    await clock.advance(60);
  }
  expect(overruns).toMatchObject([{ limit: 'total' }]);
});

it('nothing is told once it is closed', async () => {
  const { clock, overruns, watch } = watching();
  watch.close();
  watch.heard(TEST);
  await clock.advance(5_000);
  expect(overruns).toEqual([]);
});
