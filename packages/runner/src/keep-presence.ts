import { BacklogError, type HolderId, type Lease, type RunId, resource } from '@backlog-runner/contracts';
import { holdThroughout } from './hold-throughout.ts';
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

/** Holds the lease by which others see that this runner lives, and takes it again when a long sleep has lost it. */
export async function keepPresence(
  { leases, system }: Pick<RunnerParts, 'leases' | 'system'>,
  { leaseTtlMs }: Pick<RunnerPolicy, 'leaseTtlMs'>,
  run: RunId,
): Promise<Presence> {
  const own = resource.runner(run);
  let judgesFrom = Number.NEGATIVE_INFINITY;
  const held = await holdThroughout(
    { resources: [own], holder: run as string as HolderId, ttlMs: leaseTtlMs },
    {
      ...{ leases, system },
      onLost: () => {
        judgesFrom = Number.POSITIVE_INFINITY;
      },
      onHeldAgain: () => {
        judgesFrom = system.monotonic() + leaseTtlMs;
      },
    },
  );
  if (!held) throw new BacklogError('LEASE_LOST', `Another runner is present as ${run}.`);
  return {
    mayJudge: (live) => system.monotonic() >= judgesFrom && live.some(({ resources }) => resources.includes(own)),
    end: held.end,
  };
}
