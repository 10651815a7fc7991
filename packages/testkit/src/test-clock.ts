import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EpochMs, System } from '@backlog-runner/contracts';
import { seededRandom } from './seeded-random.ts';

export interface TestClockOptions {
  /** What the wall clock shows at the start, in epoch milliseconds. Default: 2026-01-01T00:00:00Z. */
  readonly now?: number;
  /** The same seed gives the same randomness. Default 1. */
  readonly seed?: number;
}

/** A {@link System} whose time stands still until a test moves it. */
export interface TestClock extends System {
  /**
   * Moves both clocks on. Timers that come due fire in order, each at its own time, and promises settle between them:
   * whatever a timer led to has happened, and its own timers count too. Waits for no input or output.
   */
  advance(ms: number): Promise<void>;
  /** Moves to the next timer and fires it and those of the same time. False when there is none. */
  advanceToNext(): Promise<boolean>;
  /** Moves only the wall clock, as a person or a time server does. May be negative; fires nothing. */
  jump(ms: number): void;
  /** How many timers wait. Zero after a clean exit. */
  readonly pendingTimers: number;
}

interface Timer {
  readonly due: number;
  readonly action: () => void;
}

const DEFAULT_NOW = Date.UTC(2026, 0, 1);
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

export function testClock({ now = DEFAULT_NOW, seed = 1 }: TestClockOptions = {}): TestClock {
  const random = seededRandom(seed);
  const timers = new Set<Timer>();
  let elapsed = 0;
  let wallOffset = now;

  const advanceTo = async (target: number) => {
    await nextTurn();
    for (let timer = earliest(timers); timer && timer.due <= target; timer = earliest(timers)) {
      elapsed = Math.max(elapsed, timer.due);
      timers.delete(timer);
      timer.action();
      await nextTurn();
    }
    elapsed = Math.max(elapsed, target);
  };

  return {
    now: () => (wallOffset + elapsed) as EpochMs,
    monotonic: () => elapsed,
    after(delayMs, action) {
      const timer = { due: elapsed + Math.max(delayMs, 0), action };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    random,
    token: (length) => Array.from({ length }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join(''),
    advance: (ms) => advanceTo(elapsed + ms),
    async advanceToNext() {
      await nextTurn();
      const next = earliest(timers);
      if (!next) return false;
      await advanceTo(next.due);
      return true;
    },
    jump(ms) {
      wallOffset += ms;
    },
    get pendingTimers() {
      return timers.size;
    },
  };
}

/** Of two timers with one time the older: sets keep their order. */
function earliest(timers: ReadonlySet<Timer>): Timer | undefined {
  let first: Timer | undefined;
  for (const timer of timers) if (!first || timer.due < first.due) first = timer;
  return first;
}
