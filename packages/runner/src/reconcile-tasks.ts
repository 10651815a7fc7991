import {
  type HolderId,
  type Landing,
  type LeaseManager,
  resource,
  type TaskId,
  type TaskStore,
} from '@backlog-runner/contracts';
import { type Reconciliation, reconcile } from './reconcile.ts';
import { wasEdited } from './was-edited.ts';

export interface ReconcileParts {
  readonly store: TaskStore;
  readonly landing: Landing;
  readonly leases: LeaseManager;
  readonly holder: HolderId;
  readonly leaseTtlMs: number;
}

/**
 * Makes the tasks whose files do not arrive with the branch say what the branch says: those that git ignores, or all of
 * them while another branch is checked out. A task that somebody works on, or edits meanwhile, is left for the next
 * time. Answers with what was written.
 */
export async function reconcileTasks(parts: ReconcileParts): Promise<readonly Reconciliation[]> {
  const { store, landing } = parts;
  const landed = await landing.landed();
  if (landed.length === 0) return [];
  const written: Reconciliation[] = [];
  for (const { task } of reconcile((await store.read()).tasks, landed)) {
    if (!(await landing.bringsFile(task.path))) written.push(...(await write(task.id, parts)));
  }
  return written;
}

/** Under the lease everything is read again: another runner may just have landed the task. */
async function write(id: TaskId, parts: ReconcileParts): Promise<readonly Reconciliation[]> {
  const { store, landing, leases, holder, leaseTtlMs } = parts;
  const lease = await leases.acquire({ resources: [resource.task(id)], holder, ttlMs: leaseTtlMs });
  if (!lease) return [];
  try {
    const task = await store.get(id);
    const [wanted] = task ? reconcile([task], await landing.landed()) : [];
    if (!wanted) return [];
    await store.update(id, wanted.patch, { revision: wanted.task.revision });
    return [wanted];
  } catch (error) {
    if (wasEdited(error)) return [];
    throw error;
  } finally {
    await leases.release(lease);
  }
}
