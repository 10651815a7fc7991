import type { Lease, LeaseManager } from './lease-manager.ts';
import type { Cancel, System } from './system.ts';

export interface KeptLease {
  /** The newest form of the lease. */
  readonly current: Lease;
  /** Aborted when the lease is lost, or may be by the holder's own clock. The holder then stops acting. */
  readonly signal: AbortSignal;
  /** Stops renewing and releases. Never throws: a lease that cannot be released expires. */
  end(): Promise<void>;
}

export interface KeepLeaseOptions {
  readonly leases: LeaseManager;
  readonly lease: Lease;
  readonly ttlMs: number;
  readonly system: System;
}

/** How much of the time to live a careful holder leaves unused at the end. */
const MARGIN = 0.1;
const RENEWALS_PER_TTL = 3;

/**
 * Renews a lease until it is ended or lost. A failed renewal is tried again while time is left: silence of the disk is
 * not loss, but a deadline on the monotonic clock is the end whatever the wall clock says.
 */
export function keepLease({ leases, lease, ttlMs, system }: KeepLeaseOptions): KeptLease {
  const lost = new AbortController();
  let current = lease;
  let deadline = system.monotonic() + ttlMs * (1 - MARGIN);
  let ended = false;
  let cancel: Cancel = () => {};
  let renewal: Promise<void> = Promise.resolve();

  const schedule = () => {
    cancel = system.after(ttlMs / RENEWALS_PER_TTL, () => {
      renewal = renew();
    });
  };
  const renew = async () => {
    const asked = system.monotonic();
    if (asked >= deadline) {
      lost.abort();
      return;
    }
    try {
      const renewed = await leases.renew(current, ttlMs);
      current = renewed;
      deadline = asked + ttlMs * (1 - MARGIN);
    } catch (error) {
      if (isLost(error) || system.monotonic() >= deadline) {
        lost.abort(error);
        return;
      }
    }
    if (!ended) schedule();
  };

  schedule();
  return {
    get current() {
      return current;
    },
    signal: lost.signal,
    async end() {
      ended = true;
      cancel();
      await renewal;
      cancel();
      await leases.release(current).catch(() => {});
    },
  };
}

function isLost(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'LEASE_LOST';
}
