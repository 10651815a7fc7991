import {
  BacklogError,
  type HolderId,
  type KeptLease,
  keepLease,
  pause,
  type RunId,
  resource,
} from '@backlog-runner/contracts';
import type { RunnerParts } from './parts.ts';
import type { RunnerPolicy } from './policy.ts';

export interface Presence {
  end(): Promise<void>;
}

const RETRY_MS = 1_000;

/** Holds the lease by which others see that this runner lives, and takes it again when a long sleep has lost it. */
export async function keepPresence(
  { leases, system }: Pick<RunnerParts, 'leases' | 'system'>,
  { leaseTtlMs }: Pick<RunnerPolicy, 'leaseTtlMs'>,
  run: RunId,
): Promise<Presence> {
  const request = { resources: [resource.runner(run)], holder: run as string as HolderId, ttlMs: leaseTtlMs };
  const ended = new AbortController();
  const hold = async (): Promise<KeptLease | undefined> => {
    const lease = await leases.acquire(request);
    if (!lease) return undefined;
    const held = keepLease({ leases, lease, ttlMs: leaseTtlMs, system });
    held.signal.addEventListener('abort', () => {
      kept = holdAgain(held);
    });
    return held;
  };
  const holdAgain = async (lost: KeptLease): Promise<KeptLease | undefined> => {
    // Lost by its own clock alone it still stands, in the way of the next one.
    await lost.end();
    while (!ended.signal.aborted) {
      const held = await hold().catch(() => undefined);
      if (held) return held;
      await pause(system, RETRY_MS, ended.signal);
    }
    return undefined;
  };
  let kept = hold();
  if (!(await kept)) throw new BacklogError('LEASE_LOST', `Another runner is present as ${run}.`);
  return {
    async end() {
      ended.abort();
      await (await kept)?.end();
    },
  };
}
