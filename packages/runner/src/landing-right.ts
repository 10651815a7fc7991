import {
  type HolderId,
  keepLease,
  type Landing,
  type LeaseManager,
  pause,
  resource,
  type System,
} from '@backlog-runner/contracts';

export interface LandingRight {
  readonly landing: Landing;
  readonly leases: LeaseManager;
  readonly system: System;
  readonly holder: HolderId;
  readonly leaseTtlMs: number;
  readonly signal: AbortSignal;
  /** Default true. Else it gives up when somebody else has the right now. */
  readonly waits?: boolean;
}

const RETRY_MS = 100;

/**
 * Does something while nobody else lands on the branch: a merge queue of length one, for all runners together.
 * Undefined when the signal was aborted first, or nobody was to wait.
 */
export async function withLandingRight<Result>(
  { landing, leases, system, holder, leaseTtlMs, signal, waits = true }: LandingRight,
  action: () => Promise<Result>,
): Promise<Result | undefined> {
  const request = { resources: [resource.landing(landing.branch)], holder, ttlMs: leaseTtlMs };
  while (!signal.aborted) {
    const lease = await leases.acquire(request);
    if (lease) {
      const kept = keepLease({ leases, lease, ttlMs: leaseTtlMs, system });
      try {
        return await action();
      } finally {
        await kept.end();
      }
    }
    if (!waits) return undefined;
    await pause(system, RETRY_MS * (0.5 + system.random()), signal);
  }
  return undefined;
}
