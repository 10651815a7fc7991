import { describe, expect, it } from 'vitest';
import { manualClock } from '../test/manual-clock.ts';
import { pause, system } from './system.ts';

describe('a pause', () => {
  it('ends after its time, not before', async () => {
    const clock = manualClock();
    let over = false;
    const paused = pause(clock, 100).then(() => {
      over = true;
    });
    await clock.advance(99);
    expect(over).toBe(false);
    await clock.advance(1);
    await paused;
    expect(clock.timers).toBe(0);
  });

  it('ends at once when it is aborted, before or meanwhile, and leaves no timer', async () => {
    const clock = manualClock();
    const controller = new AbortController();
    const paused = pause(clock, 100, controller.signal);
    controller.abort();
    await paused;
    await pause(clock, 100, controller.signal);
    expect(clock.timers).toBe(0);
  });
});

describe('the system', () => {
  it('makes tokens of the length asked for, of 32 signs', () => {
    expect(system.token(4_000)).toMatch(/^[a-z2-7]{4000}$/);
    expect(new Set(system.token(4_000)).size).toBe(32);
  });

  it('does not fire a timer that was cancelled, nor one in the far future at once', async () => {
    const fired: string[] = [];
    const cancel = system.after(0, () => fired.push('cancelled'));
    cancel();
    cancel();
    const farOff = system.after(2 ** 40, () => fired.push('far off'));
    await pause(system, 5);
    farOff();
    expect(fired).toEqual([]);
  });

  it('has a monotonic clock that goes on', async () => {
    const before = system.monotonic();
    await pause(system, 2);
    expect(system.monotonic()).toBeGreaterThan(before);
  });
});
