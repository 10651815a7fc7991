import {
  BacklogError,
  type HolderId,
  type KeptLease,
  keepLease,
  type RunId,
  resource,
} from '@backlog-runner/contracts';
import type { RunnerParts } from './parts.ts';
import type { RunnerPolicy } from './policy.ts';

export interface Presence {
  end(): Promise<void>;
}

/** Holds the lease by which others see that this runner lives, and takes it again when a long sleep has lost it. */
export async function keepPresence(
  { leases, system }: Pick<RunnerParts, 'leases' | 'system'>,
  { leaseTtlMs }: Pick<RunnerPolicy, 'leaseTtlMs'>,
  run: RunId,
): Promise<Presence> {
  const request = { resources: [resource.runner(run)], holder: run as string as HolderId, ttlMs: leaseTtlMs };
  let ended = false;
  const hold = async (): Promise<KeptLease | undefined> => {
    const lease = await leases.acquire(request);
    if (!lease) return undefined;
    const held = keepLease({ leases, lease, ttlMs: leaseTtlMs, system });
    held.signal.addEventListener('abort', () => {
      if (!ended) kept = hold().catch(() => undefined);
    });
    return held;
  };
  let kept = hold();
  if (!(await kept)) throw new BacklogError('LEASE_LOST', `Another runner is present as ${run}.`);
  return {
    async end() {
      ended = true;
      await (await kept)?.end();
    },
  };
}
