import { pause } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { testClock } from './test-clock.ts';

describe('the test clock', () => {
  it('stands still until it is advanced', async () => {
    const clock = testClock({ now: 1000 });
    let fired = false;
    clock.after(0, () => {
      fired = true;
    });
    await Promise.resolve();
    expect([clock.now(), clock.monotonic(), fired]).toEqual([1000, 0, false]);
    await clock.advance(0);
    expect([clock.now(), clock.monotonic(), fired]).toEqual([1000, 0, true]);
  });

  it('fires timers in order of time, then of age, each at its own time', async () => {
    const clock = testClock({ now: 0 });
    const fired: string[] = [];
    const note = (name: string) => () => fired.push(`${name}@${clock.now()}`);
    clock.after(20, note('late'));
    clock.after(10, note('first'));
    clock.after(10, note('second'));
    clock.after(31, note('never'));
    await clock.advance(30);
    expect(fired).toEqual(['first@10', 'second@10', 'late@20']);
    expect([clock.now(), clock.pendingTimers]).toEqual([30, 1]);
  });

  it('lets promises settle between timers, so that timers they start count too', async () => {
    const clock = testClock();
    const laps: number[] = [];
    const walk = async () => {
      while (laps.length < 3) {
        await pause(clock, 10);
        await Promise.resolve();
        laps.push(clock.monotonic());
      }
    };
    const walking = walk();
    await clock.advance(30);
    await walking;
    expect(laps).toEqual([10, 20, 30]);
  });

  it('forgets a cancelled timer, also when it is cancelled twice', async () => {
    const clock = testClock();
    const cancel = clock.after(10, () => expect.unreachable());
    cancel();
    cancel();
    await clock.advance(20);
    expect(clock.pendingTimers).toBe(0);
  });

  it('moves to the next timer and says when there is none', async () => {
    const clock = testClock();
    clock.after(500, () => {});
    expect(await clock.advanceToNext()).toBe(true);
    expect(clock.monotonic()).toBe(500);
    expect(await clock.advanceToNext()).toBe(false);
  });

  it('jumps only with the wall clock', async () => {
    const clock = testClock({ now: 5000 });
    clock.after(100, () => {});
    clock.jump(-3000);
    expect([clock.now(), clock.monotonic(), clock.pendingTimers]).toEqual([2000, 0, 1]);
    await clock.advance(100);
    expect([clock.now(), clock.monotonic(), clock.pendingTimers]).toEqual([2100, 100, 0]);
  });

  it('repeats its randomness for one seed and differs for another', () => {
    const draw = (seed: number) => {
      const clock = testClock({ seed });
      return [clock.token(8), clock.random(), clock.random()];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(testClock().token(200)).toMatch(/^[a-z2-7]{200}$/);
  });

  it('draws evenly from [0, 1)', () => {
    const clock = testClock();
    const buckets = Array.from({ length: 10 }, () => 0);
    for (let draw = 0; draw < 10_000; draw += 1) {
      const value = clock.random();
      expect(value >= 0 && value < 1).toBe(true);
      const bucket = Math.floor(value * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('throws what a timer throws', async () => {
    const clock = testClock();
    clock.after(1, () => {
      throw new Error('a bug');
    });
    await expect(clock.advance(1)).rejects.toThrow('a bug');
  });
});
