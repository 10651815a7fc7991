import { type HolderId, type KeptLease, keepLease, type ResourceKey } from '@backlog-runner/contracts';
import type { RunContext } from './run-context.ts';

/**
 * Does something while nobody else has any of the resources; the lease is renewed as long as it lasts. Undefined when
 * somebody else has one of them: then nothing is done.
 */
export async function holding<Result>(
  resources: readonly ResourceKey[],
  { parts: { leases, system }, policy, run }: RunContext,
  action: (lease: KeptLease) => Promise<Result>,
): Promise<Result | undefined> {
  const ttlMs = policy.leaseTtlMs;
  const granted = await leases.acquire({ resources, holder: run as string as HolderId, ttlMs });
  if (!granted) return undefined;
  const lease = keepLease({ leases, lease: granted, ttlMs, system });
  try {
    return await action(lease);
  } finally {
    await lease.end();
  }
}
