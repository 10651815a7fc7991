import { crypto } from './crypto.ts';
import type { EpochMs } from './ids.ts';

/** Ends a timer or a watch. Calling it again does nothing. */
export type Cancel = () => void;

/**
 * Time and chance, as a port, so that tests own both. No other file of this project reads a clock, starts a timer or
 * asks for randomness.
 */
export interface System {
  /** The wall clock. For people and records; it may jump. */
  now(): EpochMs;
  /** Milliseconds that never go back, from an arbitrary start. For durations and for a holder's own deadline. */
  monotonic(): number;
  /** Calls `action` once after `delayMs`. A pending timer does not keep the process alive unless `keepAlive` is set. */
  after(delayMs: number, action: () => void, options?: { keepAlive?: boolean }): Cancel;
  /** Evenly distributed in [0, 1). For jitter. */
  random(): number;
  /** That many random characters of `a-z2-7`, unguessable. */
  token(length: number): string;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
/** The longest delay a Node timer can hold; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const system: System = {
  now: () => Date.now() as EpochMs,
  monotonic: () => performance.now(),
  after(delayMs, action, options = {}) {
    const timer = setTimeout(action, Math.min(Math.max(delayMs, 0), LONGEST_TIMER_MS));
    if (!options.keepAlive) timer.unref();
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  token: (length) => Array.from(crypto().randomBytes(length), (byte) => ALPHABET[byte % ALPHABET.length]).join(''),
};

/** Resolves after `delayMs`, or at once when the signal is or becomes aborted. Never rejects. */
export function pause(system: System, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const finish = () => {
      cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = system.after(delayMs, finish, { keepAlive: true });
    signal?.addEventListener('abort', finish, { once: true });
  });
}
