import { isBacklogError, type Landing, type Lease, type LeaseManager, type TaskId } from '@backlog-runner/contracts';

export type ClaimStanding =
  | { readonly status: 'ours' }
  /** The lease is over, and another runner has claimed the task properly. */
  | { readonly status: 'overtaken' }
  /** Something that is no claim of ours is recorded, although nobody else may claim the task. `reason` says what to type. */
  | { readonly status: 'forged'; readonly ref: string; readonly reason: string };

interface Claimant {
  readonly landing: Pick<Landing, 'claim'>;
  readonly leases: Pick<LeaseManager, 'list'>;
}

/** Claims a task, or sees to it that the claim still stands: whoever runs git in a workspace can write any ref. */
export async function confirmClaim(
  { landing, leases }: Claimant,
  task: TaskId,
  { fence }: Pick<Lease, 'fence'>,
): Promise<ClaimStanding> {
  try {
    await landing.claim(task, fence);
    return { status: 'ours' };
  } catch (error) {
    if (!isBacklogError(error, 'FENCE_STALE')) throw error;
    // Looked at afterwards: whoever claimed the task properly had the lease before.
    if (!(await leases.list()).some((lease) => lease.fence === fence)) return { status: 'overtaken' };
    const { ref = `claim of ${task}` } = error.details;
    return { status: 'forged', ref: String(ref), reason: [error.message, error.hint].filter(Boolean).join(' ') };
  }
}
