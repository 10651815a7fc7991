import { BacklogError, isBacklogError } from './error.ts';
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
  /** The time to live the lease was granted with, and is renewed for. */
  readonly ttlMs: number;
  readonly system: System;
}

/** How much of the time to live a careful holder leaves unused at the end. */
const MARGIN = 0.1;
const RENEWALS_PER_TTL = 3;
/** After a failed renewal the next one comes sooner. */
const RETRIES_PER_TTL = 10;

/**
 * Renews a lease until it is ended or lost. A failed renewal is tried again while time is left: silence of the disk is
 * not loss, but a deadline on the monotonic clock is the end, whatever the wall clock says and whether or not a renewal
 * is still under way.
 */
export function keepLease({ leases, lease, ttlMs, system }: KeepLeaseOptions): KeptLease {
  const lost = new AbortController();
  let current = lease;
  let ended = false;
  let cancelRenewal: Cancel = () => {};
  let cancelDeadline: Cancel = () => {};
  let renewal: Promise<void> = Promise.resolve();

  const stop = () => {
    ended = true;
    cancelRenewal();
    cancelDeadline();
  };
  const lose = (reason: unknown) => {
    stop();
    lost.abort(reason);
  };
  const holdFrom = (start: number) => {
    const deadline = start + ttlMs * (1 - MARGIN);
    cancelDeadline();
    cancelDeadline = system.after(deadline - system.monotonic(), () => lose(outOfTime(current)));
  };
  const renewIn = (delayMs: number) => {
    cancelRenewal = system.after(delayMs, () => {
      renewal = renew();
    });
  };
  const renew = async () => {
    const asked = system.monotonic();
    try {
      const renewed = await leases.renew(current, ttlMs);
      if (ended) return;
      current = renewed;
      holdFrom(asked);
      renewIn(ttlMs / RENEWALS_PER_TTL);
    } catch (error) {
      if (ended) return;
      if (isBacklogError(error, 'LEASE_LOST')) lose(error);
      else renewIn(ttlMs / RETRIES_PER_TTL);
    }
  };

  // Part of its time passed between the grant and now.
  const used = Math.max(0, system.now() - (lease.expiresAt - ttlMs));
  holdFrom(system.monotonic() - used);
  renewIn(ttlMs / RENEWALS_PER_TTL - used);
  return {
    get current() {
      return current;
    },
    signal: lost.signal,
    async end() {
      stop();
      await renewal;
      await leases.release(current).catch(() => {});
    },
  };
}

function outOfTime({ fence }: Lease): BacklogError {
  return new BacklogError('LEASE_LOST', `The lease with fence ${fence} could not be renewed in time.`, {
    details: { fence },
  });
}
