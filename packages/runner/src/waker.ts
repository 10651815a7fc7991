import { type Cancel, type EpochMs, pause, type System } from '@backlog-runner/contracts';

/** Lets the loop sleep until something happens. What happens while it is awake is not lost. */
export interface Waker {
  /** Something that matters happened: wake now. */
  wake(): void;
  /** Something may have happened, perhaps many times in a row: wake soon, once. */
  nudge(): void;
  /** A look at everything begins: what was nudged for before needs none of its own. */
  looking(): void;
  /** Until woken, until the time, or until the signal is aborted. */
  sleep(until: EpochMs | undefined, signal: AbortSignal): Promise<void>;
  /** Ends its timers; nudges do nothing any more. */
  end(): void;
}

const NUDGE_MS = 200;
/** The wall clock may be put right meanwhile: whoever waits for a time looks at it now and then. */
const LONGEST_SLEEP_MS = 300_000;

export function createWaker(system: System): Waker {
  let alarm = new AbortController();
  let nudged: Cancel | undefined;
  let ended = false;
  // A reason of its own spares the making of an exception with a stack.
  const wake = () => alarm.abort('woken');
  const looking = () => {
    nudged?.();
    nudged = undefined;
  };
  return {
    wake,
    nudge() {
      if (ended) return;
      nudged ??= system.after(NUDGE_MS, () => {
        nudged = undefined;
        wake();
      });
    },
    looking,
    async sleep(until, signal) {
      const delay = until === undefined ? Number.MAX_SAFE_INTEGER : Math.min(until - system.now(), LONGEST_SLEEP_MS);
      await pause(system, delay, AbortSignal.any([alarm.signal, signal]));
      alarm = new AbortController();
    },
    end() {
      ended = true;
      looking();
    },
  };
}
