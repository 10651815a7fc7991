import {
  BacklogError,
  type HolderId,
  type KeptLease,
  keepLease,
  type Lease,
  pause,
  type RunId,
  resource,
} from '@backlog-runner/contracts';
import type { RunnerParts } from './parts.ts';
import type { RunnerPolicy } from './policy.ts';

export interface Presence {
  /**
   * Whether this run may take others for dead by these leases. Not while its own presence is gone, nor for a time to live
   * after it was: a clock that jumped, or a sleep, takes the presence of all who live.
   */
  mayJudge(leases: readonly Lease[]): boolean;
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
  let judgesFrom = Number.NEGATIVE_INFINITY;
  const hold = async (): Promise<KeptLease | undefined> => {
    const lease = await leases.acquire(request);
    if (!lease) return undefined;
    const held = keepLease({ leases, lease, ttlMs: leaseTtlMs, system });
    held.signal.addEventListener('abort', () => {
      judgesFrom = Number.POSITIVE_INFINITY;
      kept = holdAgain(held);
    });
    return held;
  };
  const holdAgain = async (lost: KeptLease): Promise<KeptLease | undefined> => {
    // Lost by its own clock alone it still stands, in the way of the next one.
    await lost.end();
    while (!ended.signal.aborted) {
      const held = await hold().catch(() => undefined);
      if (held) {
        judgesFrom = system.monotonic() + leaseTtlMs;
        return held;
      }
      await pause(system, RETRY_MS, ended.signal);
    }
    return undefined;
  };
  let kept = hold();
  if (!(await kept)) throw new BacklogError('LEASE_LOST', `Another runner is present as ${run}.`);
  return {
    mayJudge: (live) =>
      system.monotonic() >= judgesFrom && live.some(({ resources }) => resources.includes(resource.runner(run))),
    async end() {
      ended.abort();
      await (await kept)?.end();
    },
  };
}
