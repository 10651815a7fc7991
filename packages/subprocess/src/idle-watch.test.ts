import { expect, test } from 'vitest';
import { manualSystem } from '../test/programs.ts';
import { idleWatch } from './idle-watch.ts';

function watched(idleMs: number) {
  const clock = manualSystem();
  let idle = 0;
  const watch = idleWatch(idleMs, clock, () => {
    idle += 1;
  });
  return { clock, watch, idle: () => idle };
}

test('it calls once, a whole period after the last touch', () => {
  const { clock, watch, idle } = watched(100);
  clock.advance(60);
  watch.touch();
  clock.advance(99);
  expect(idle()).toBe(0);
  clock.advance(1);
  expect(idle()).toBe(1);
  clock.advance(1000);
  expect(idle()).toBe(1);
});

test('silence has to be forbidden by everybody who allowed it, and then a new period begins', () => {
  const { clock, watch, idle } = watched(100);
  watch.allow('asked', true);
  watch.allow('unread', true);
  clock.advance(500);
  watch.allow('asked', false);
  clock.advance(500);
  expect(idle()).toBe(0);
  watch.allow('unread', false);
  clock.advance(99);
  expect(idle()).toBe(0);
  clock.advance(1);
  expect(idle()).toBe(1);
});

test('forbidding what nobody allowed does not begin a new period', () => {
  const { clock, watch, idle } = watched(100);
  clock.advance(60);
  watch.allow('asked', false);
  clock.advance(40);
  expect(idle()).toBe(1);
});

test('closed, it leaves no timer and never calls', () => {
  const { clock, watch, idle } = watched(100);
  watch.allow('asked', true);
  watch.close();
  watch.allow('asked', false);
  clock.advance(1000);
  expect([idle(), clock.pending()]).toEqual([0, 0]);
});
