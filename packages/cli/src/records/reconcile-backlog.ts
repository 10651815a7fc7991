import { type HolderId, isBacklogError } from '@backlog-runner/contracts';
import { type Reconciliation, reconcileTasks } from '@backlog-runner/runner';
import type { OpenBacklog } from '../open-backlog.ts';
import type { Surroundings } from '../surroundings.ts';
import { openRecords } from './open-records.ts';

/** Makes tasks whose files do not arrive with the branch say what it says. Nothing landed on a branch that is not there. */
export async function reconcileBacklog(
  { store, leases, run }: OpenBacklog,
  surroundings: Surroundings,
): Promise<readonly Reconciliation[]> {
  try {
    const { landing, settings } = await openRecords(surroundings);
    const { leaseTtlMs } = settings;
    return await reconcileTasks({ store, leases, landing, leaseTtlMs, holder: run as string as HolderId });
  } catch (error) {
    if (isBacklogError(error, 'NO_COMMITS') || isBacklogError(error, 'DETACHED_HEAD')) return [];
    throw error;
  }
}
