import type { System } from '../src/system.ts';

/** A system whose time moves only when a test moves it. Timers fire in order, and promises settle between them. */
export interface ManualClock extends System {
  advance(ms: number): Promise<void>;
  /** Moves the wall clock alone. */
  jump(ms: number): void;
  readonly timers: number;
}

export function manualClock(): ManualClock {
  const timers = new Set<{ readonly due: number; readonly action: () => void }>();
  let elapsed = 0;
  let wall = 1_000_000;
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => (wall + elapsed) as ReturnType<System['now']>,
    monotonic: () => elapsed,
    after(delayMs, action) {
      const timer = { due: elapsed + Math.max(0, delayMs), action };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    random: () => 0.5,
    token: (length) => 'a'.repeat(length),
    async advance(ms) {
      const end = elapsed + ms;
      for (;;) {
        await settle();
        const [next] = [...timers].filter(({ due }) => due <= end).sort((left, right) => left.due - right.due);
        if (!next) break;
        timers.delete(next);
        elapsed = Math.max(elapsed, next.due);
        next.action();
      }
      elapsed = end;
    },
    jump(ms) {
      wall += ms;
    },
    get timers() {
      return timers.size;
    },
  };
}
