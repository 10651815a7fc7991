import {
  type HolderId,
  type KeptLease,
  keepLease,
  type LeaseManager,
  pause,
  type ResourceKey,
  resource,
  resourcesConflict,
  type System,
} from '@backlog-runner/contracts';

export interface SlotLeases {
  readonly leases: LeaseManager;
  readonly holder: HolderId;
  readonly leaseTtlMs: number;
  readonly system: System;
}

export interface TakenSlot {
  readonly name: string;
  readonly lease: KeptLease;
}

const MOST_SLOTS = 256;
const RETRY_MS = 40;

/**
 * Takes the first usable slot nobody has: the preferred one, then `w1`, `w2`... Low numbers are the warm ones. Undefined
 * when there are too many.
 */
export async function takeSlot(
  slots: SlotLeases,
  isUsable: (name: string) => Promise<boolean>,
  prefer?: string,
): Promise<TakenSlot | undefined> {
  const held = (await slots.leases.list()).flatMap(({ resources }) => resources);
  const names = Array.from({ length: MOST_SLOTS }, (_slot, at) => `w${at + 1}`);
  const preferred = names.filter((name) => name === prefer);
  for (const name of [...preferred, ...names]) {
    const key = resource.workspace(name);
    if (held.some((taken) => resourcesConflict(taken, key))) continue;
    const lease = await take(slots, key);
    if (!lease) continue;
    if (await isUsable(name)) return { name, lease };
    await lease.end();
  }
  return undefined;
}

/** Does something while no other process of this machine does the same. Undefined when it was called off first. */
export async function whileHolding<Result>(
  slots: SlotLeases,
  key: ResourceKey,
  action: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result | undefined> {
  for (;;) {
    if (signal?.aborted) return undefined;
    const lease = await take(slots, key);
    if (!lease) {
      await pause(slots.system, RETRY_MS * (0.5 + slots.system.random()), signal);
      continue;
    }
    try {
      return await action();
    } finally {
      await lease.end();
    }
  }
}

export async function take(
  { leases, holder, leaseTtlMs, system }: SlotLeases,
  key: ResourceKey,
): Promise<KeptLease | undefined> {
  const lease = await leases.acquire({ resources: [key], holder, ttlMs: leaseTtlMs });
  return lease && keepLease({ leases, lease, ttlMs: leaseTtlMs, system });
}
