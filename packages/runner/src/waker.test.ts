import type { EpochMs } from '@backlog-runner/contracts';
import { testClock } from '@backlog-runner/testkit';
import { expect, test } from 'vitest';
import { createWaker } from './waker.ts';

const never = new AbortController().signal;

test('whoever waits for a time notices that the clock was put right', async () => {
  const clock = testClock();
  const waker = createWaker(clock);
  clock.jump(-86_400_000);
  const until = (clock.now() + 86_400_000) as EpochMs;
  let awake = false;
  void waker.sleep(until, never).then(() => {
    awake = true;
  });
  clock.jump(86_400_000);
  await clock.advance(300_000);
  expect(awake).toBe(true);
});

test('a nudge after the end leaves no timer', () => {
  const clock = testClock();
  const waker = createWaker(clock);
  waker.nudge();
  waker.end();
  waker.nudge();
  expect(clock.pendingTimers).toBe(0);
});

test('what was nudged for before a look needs no other, what comes after it does', async () => {
  const clock = testClock();
  const waker = createWaker(clock);
  let wakings = 0;
  const slept = () => waker.sleep(undefined, never).then(() => (wakings += 1));
  waker.nudge();
  waker.looking();
  void slept();
  await clock.advance(1000);
  expect(wakings).toBe(0);
  waker.nudge();
  await clock.advance(1000);
  expect(wakings).toBe(1);
});
