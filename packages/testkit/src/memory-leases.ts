import {
  BacklogError,
  type EpochMs,
  type Fence,
  type Lease,
  type LeaseManager,
  system as realSystem,
  resourcesConflict,
  type System,
} from '@backlog-runner/contracts';

export interface MemoryLeasesOptions {
  readonly system?: System;
  /** Every fence is larger than this. Default 0. */
  readonly above?: number;
}

/** A lease table in memory, shared by all who are handed it. A lease that reaches its end by the wall clock is over. */
export function memoryLeases({ system = realSystem, above = 0 }: MemoryLeasesOptions = {}): LeaseManager {
  const granted = new Map<Fence, Lease>();
  let highest = above;

  const live = (): readonly Lease[] => {
    const now = system.now();
    for (const [fence, lease] of granted) if (lease.expiresAt <= now) granted.delete(fence);
    return [...granted.values()];
  };
  const endAfter = (ttlMs: number) => (system.now() + ttlMs) as EpochMs;

  return {
    async acquire({ resources, holder, ttlMs }) {
      const taken = live().flatMap((lease) => lease.resources);
      if (resources.some((key) => taken.some((held) => resourcesConflict(key, held)))) return undefined;
      highest += 1;
      const fence = highest as Fence;
      const lease = { fence, resources: [...resources], holder, grantedAt: system.now(), expiresAt: endAfter(ttlMs) };
      granted.set(fence, lease);
      return lease;
    },
    async renew({ fence }, ttlMs) {
      const current = live().find((lease) => lease.fence === fence);
      if (!current)
        throw new BacklogError('LEASE_LOST', `The lease with fence ${fence} is over.`, { details: { fence } });
      const expiresAt = Math.max(current.expiresAt, endAfter(ttlMs)) as EpochMs;
      const renewed = { ...current, expiresAt };
      granted.set(fence, renewed);
      return renewed;
    },
    async release({ fence }) {
      granted.delete(fence);
    },
    list: async () => live(),
  };
}
