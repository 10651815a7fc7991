import { type EpochMs, type Fence, type Lease, type LeaseRequest, resourcesConflict } from '@backlog-runner/contracts';
import type { HostRecord } from './host-record.ts';

/** A lease as a table holds it. */
export interface HeldLease extends Lease {
  /** Absent where the holder's system does not tell. */
  readonly host?: HostRecord;
}

/** All leases at one moment, by fence. May still hold some that are over. */
export type LeaseTable = readonly HeldLease[];

/** Proof that the holder is gone, whatever the clock says. */
export type IsDead = (lease: HeldLease) => boolean;

export interface GrantFacts {
  readonly fence: Fence;
  readonly now: EpochMs;
  readonly host: HostRecord | undefined;
}

/** The table with the lease asked for, or undefined when a live lease is in the way. */
export function grant(
  table: LeaseTable,
  { resources, holder, ttlMs }: LeaseRequest,
  { fence, now, host }: GrantFacts,
  isDead: IsDead,
): { readonly table: LeaseTable; readonly lease: Lease } | undefined {
  const current = expire(table, now);
  const inTheWay = current.filter((held) => conflicts(held, resources));
  if (!inTheWay.every(isDead)) return undefined;
  const lease = { fence, resources: [...resources], holder, grantedAt: now, expiresAt: endAfter(now, ttlMs) };
  const others = current.filter((held) => !inTheWay.includes(held));
  return { table: [...others, host ? { ...lease, host } : lease], lease };
}

/** The table with the lease's end moved to later, never to earlier. Undefined when the lease is over. */
export function renew(
  table: LeaseTable,
  fence: Fence,
  ttlMs: number,
  now: EpochMs,
): { readonly table: LeaseTable; readonly lease: Lease } | undefined {
  const current = expire(table, now);
  const held = current.find((lease) => lease.fence === fence);
  if (!held) return undefined;
  const renewed = { ...held, expiresAt: Math.max(held.expiresAt, endAfter(now, ttlMs)) as EpochMs };
  return { table: current.map((lease) => (lease === held ? renewed : lease)), lease: leaseOf(renewed) };
}

/** The table without the lease. Undefined when it is over already. */
export function release(table: LeaseTable, fence: Fence, now: EpochMs): LeaseTable | undefined {
  const current = expire(table, now);
  return current.some((lease) => lease.fence === fence) ? current.filter((lease) => lease.fence !== fence) : undefined;
}

/** The leases whose time is not over. A lease that reaches its end is over. */
export function expire(table: LeaseTable, now: EpochMs): LeaseTable {
  return table.filter((lease) => lease.expiresAt > now);
}

/** The lease without what only the table needs. */
export function leaseOf({ fence, resources, holder, grantedAt, expiresAt }: HeldLease): Lease {
  return { fence, resources, holder, grantedAt, expiresAt };
}

function conflicts(held: HeldLease, resources: LeaseRequest['resources']): boolean {
  return held.resources.some((key) => resources.some((wanted) => resourcesConflict(key, wanted)));
}

function endAfter(now: EpochMs, ttlMs: number): EpochMs {
  if (!(Number.isFinite(ttlMs) && ttlMs > 0)) throw new RangeError(`A time to live must be positive, not ${ttlMs}.`);
  return (now + ttlMs) as EpochMs;
}
