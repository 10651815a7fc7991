import type { Lease, TaskId } from '@backlog-runner/contracts';
import { confirmClaim } from './confirm-claim.ts';
import type { RunContext } from './run-context.ts';

/** Claims a task under a lease. False when somebody else has it, or when only a person can make it free again. */
export async function claimTask(
  { parts, emit, setAside }: RunContext,
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
