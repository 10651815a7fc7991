import type { Lease, TaskId } from '@backlog-runner/contracts';
import type { AttemptContext } from './attempt-context.ts';
import { confirmClaim } from './confirm-claim.ts';

/** Claims a task under a lease. False when somebody else has it, or when only a person can make it free again. */
export async function claimTask(
  { parts, emit, setAside }: AttemptContext,
  task: TaskId,
  lease: Pick<Lease, 'fence'>,
): Promise<boolean> {
  const claim = await confirmClaim(parts, task, lease);
  if (claim.status === 'forged') {
    await emit({ type: 'warning', message: `${task} is set aside until the next start: ${claim.reason}` });
    setAside(task);
  }
  return claim.status === 'ours';
}
