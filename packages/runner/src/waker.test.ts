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
