import { describe, expect, it } from 'vitest';
import { manualClock } from '../test/manual-clock.ts';
import { BacklogError } from './error.ts';
import type { EpochMs } from './ids.ts';
import { keepLease } from './keep-lease.ts';
import type { Lease, LeaseManager } from './lease-manager.ts';

const TTL = 30_000;

/** A lease manager that renews as the test says, and writes down what it is asked. */
function kept({ renew }: { renew?: (lease: Lease) => Promise<Lease> } = {}) {
  const clock = manualClock();
  const lease = { fence: 7, resources: [], holder: 'ada', grantedAt: clock.now(), expiresAt: clock.now() + TTL };
  const calls: string[] = [];
  const leases: LeaseManager = {
    acquire: async () => undefined,
    renew(current, ttlMs) {
      calls.push(`renew at ${clock.monotonic()}`);
      return renew ? renew(current) : Promise.resolve({ ...current, expiresAt: (clock.now() + ttlMs) as EpochMs });
    },
    async release() {
      calls.push(`release at ${clock.monotonic()}`);
    },
    list: async () => [],
  };
  const start = () => keepLease({ leases, lease: lease as unknown as Lease, ttlMs: TTL, system: clock });
  return { clock, calls, start };
}

const lostCode = (signal: AbortSignal) => signal.reason instanceof BacklogError && signal.reason.code;

describe('a kept lease', () => {
  it('is renewed three times in its time to live, for as long as it is kept', async () => {
    const { clock, calls, start } = kept();
    const lease = start();
    await clock.advance(35_000);
    expect(calls).toEqual(['renew at 10000', 'renew at 20000', 'renew at 30000']);
    expect([lease.signal.aborted, lease.current.expiresAt]).toEqual([false, clock.now() - 5_000 + TTL]);
  });

  it('is released at the end, with no timer left, and renewed no more', async () => {
    const { clock, calls, start } = kept();
    const lease = start();
    await clock.advance(5_000);
    await lease.end();
    await clock.advance(100_000);
    expect([calls, clock.timers, lease.signal.aborted]).toEqual([['release at 5000'], 0, false]);
  });

  it('is lost when the manager says so, at once', async () => {
    const { clock, start } = kept({ renew: () => Promise.reject(new BacklogError('LEASE_LOST', 'over')) });
    const lease = start();
    await clock.advance(10_000);
    expect([lease.signal.aborted, lostCode(lease.signal), clock.timers]).toEqual([true, 'LEASE_LOST', 0]);
  });

  it('survives renewals that fail while time is left', async () => {
    let failures = 3;
    const renew = async (lease: Lease) => {
      if (failures-- > 0) throw new BacklogError('STORAGE_FAILED', 'the disk is full');
      return lease;
    };
    const { clock, calls, start } = kept({ renew });
    const lease = start();
    await clock.advance(40_000);
    expect(calls.slice(0, 5)).toEqual([10_000, 13_000, 16_000, 19_000, 29_000].map((at) => `renew at ${at}`));
    expect(lease.signal.aborted).toBe(false);
  });

  it('is lost a little before its end when no renewal succeeds', async () => {
    const { clock, start } = kept({ renew: () => Promise.reject(new Error('no disk')) });
    const lease = start();
    await clock.advance(26_999);
    expect(lease.signal.aborted).toBe(false);
    await clock.advance(1);
    expect([lease.signal.aborted, lostCode(lease.signal), clock.timers]).toEqual([true, 'LEASE_LOST', 0]);
  });

  it('is lost a little before its end while a renewal hangs', async () => {
    const { clock, start } = kept({ renew: () => new Promise(() => {}) });
    const lease = start();
    await clock.advance(27_000);
    expect([lease.signal.aborted, clock.timers]).toEqual([true, 0]);
  });

  it('is not lost because the wall clock jumps, nor kept because it does', async () => {
    const { clock, start } = kept({ renew: () => Promise.reject(new Error('no disk')) });
    const lease = start();
    clock.jump(24 * 3_600_000);
    await clock.advance(26_999);
    expect(lease.signal.aborted).toBe(false);
    clock.jump(-48 * 3_600_000);
    await clock.advance(1);
    expect(lease.signal.aborted).toBe(true);
  });

  it('counts the time that passed between the grant and the keeping', async () => {
    const { clock, calls, start } = kept({ renew: () => new Promise(() => {}) });
    await clock.advance(8_000);
    const lease = start();
    await clock.advance(2_000);
    expect(calls).toEqual(['renew at 10000']);
    await clock.advance(17_000);
    expect(lease.signal.aborted).toBe(true);
  });

  it('that ends while a renewal is under way ends after it, and is not lost by what it answers', async () => {
    let answer = (_error: Error) => {};
    const renew = () =>
      new Promise<Lease>((_resolve, reject) => {
        answer = reject;
      });
    const { clock, calls, start } = kept({ renew });
    const lease = start();
    await clock.advance(10_000);
    const ended = lease.end();
    answer(new BacklogError('LEASE_LOST', 'over'));
    await ended;
    expect([calls.at(-1), lease.signal.aborted, clock.timers]).toEqual(['release at 10000', false, 0]);
  });
});
