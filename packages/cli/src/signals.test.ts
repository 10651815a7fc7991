import { describe, expect, it } from 'vitest';
import { interruption } from './signals.ts';
import type { StopSignal } from './surroundings.ts';

function world() {
  const log: string[] = [];
  let listener: (signal: StopSignal) => void = () => {};
  const surroundings = {
    onSignal(given: (signal: StopSignal) => void) {
      listener = given;
      return () => void log.push('no longer listening');
    },
    exit(code: number): never {
      log.push(`exit ${code}`);
      return undefined as never;
    },
  };
  const interrupted = interruption(surroundings, {
    drained: () => void log.push('drained'),
    immediately: async () => void log.push('ended all'),
  });
  return { log, interrupted, send: (signal: StopSignal) => listener(signal) };
}

describe('interruption', () => {
  it('drains at the first signal and does not exit', () => {
    const { log, interrupted, send } = world();
    expect(interrupted.code()).toBeUndefined();
    send('SIGINT');
    expect(interrupted.drain.aborted).toBe(true);
    expect(interrupted.drain.reason).toBe('it was interrupted by SIGINT');
    expect(interrupted.code()).toBe(130);
    expect(log).toEqual(['drained']);
  });

  it('ends everything at the second, once', async () => {
    const { log, send } = world();
    send('SIGTERM');
    send('SIGTERM');
    send('SIGINT');
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
    expect(log).toEqual(['drained', 'ended all', 'exit 143']);
  });
});
