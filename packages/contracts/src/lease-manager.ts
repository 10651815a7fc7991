import type { EpochMs, Fence, HolderId } from './ids.ts';
import type { ResourceKey } from './resource.ts';

export interface LeaseRequest {
  /** All of them or none. */
  readonly resources: readonly ResourceKey[];
  readonly holder: HolderId;
  readonly ttlMs: number;
}

export interface Lease {
  readonly fence: Fence;
  readonly resources: readonly ResourceKey[];
  readonly holder: HolderId;
  readonly grantedAt: EpochMs;
  readonly expiresAt: EpochMs;
}

/**
 * Time-limited exclusive claims. At any moment no two live leases conflict (see `resourcesConflict`), and every grant
 * carries a larger fence than any grant before it, for ever.
 */
export interface LeaseManager {
  /** Undefined when any of the resources conflicts with a live lease. Never waits. */
  acquire(request: LeaseRequest): Promise<Lease | undefined>;
  /** The lease with a later end. Throws `LEASE_LOST` once it expired or was released, even if nobody took its place. */
  renew(lease: Lease, ttlMs: number): Promise<Lease>;
  /** Idempotent; a lease that is no longer live is left as it is. */
  release(lease: Lease): Promise<void>;
  /** The live leases, by fence. Reads only. */
  list(): Promise<readonly Lease[]>;
}
