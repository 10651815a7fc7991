import { expect, it } from 'vitest';
import { manualClock } from '../test/manual-clock.ts';
import { toolLimit } from './tool-limit.ts';

function limited() {
  const clock = manualClock();
  const overran: string[] = [];
  return { clock, overran, limit: toolLimit(clock, 1000, (name) => overran.push(name)) };
}

it('names each tool that is at work for too long, counted from when it began', async () => {
  const { clock, overran, limit } = limited();
  limit.follow(new Map([['1', 'bash']]));
  await clock.advance(600);
  limit.follow(
    new Map([
      ['1', 'bash'],
      ['2', 'grep'],
    ]),
  );
  await clock.advance(600);
  expect(overran).toEqual(['bash']);
  await clock.advance(600);
  expect(overran).toEqual(['bash', 'grep']);
});

it('does not mind a tool that ended in time, and begins anew with the next one', async () => {
  const { clock, overran, limit } = limited();
  limit.follow(new Map([['1', 'bash']]));
  await clock.advance(900);
  limit.follow(new Map([['2', 'bash']]));
  await clock.advance(900);
  expect(overran).toEqual([]);
});

it('leaves no timer behind when it is closed', () => {
  const { clock, limit } = limited();
  limit.follow(new Map([['1', 'bash']]));
  limit.close();
  expect(clock.timers).toBe(0);
});
