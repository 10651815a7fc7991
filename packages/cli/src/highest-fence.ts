import { type LeaseManager, resource, type TaskId } from '@backlog-runner/contracts';
import type { Repository } from '@backlog-runner/worktrees';

/** The largest fence known of a task: of its live lease, or of the last claim that the repository recorded. */
export async function highestFence(
  task: TaskId,
  { repository, leases }: { readonly repository: Repository; readonly leases: LeaseManager },
): Promise<number> {
  const { refs, objects } = repository;
  const [blob, live] = await Promise.all([refs.read(`refs/backlog-runner/fences/${task}`), leases.list()]);
  const recorded = blob === undefined ? 0 : Number.parseInt(await objects.blobText(blob).catch(() => ''), 10);
  const held = live.filter(({ resources }) => resources.includes(resource.task(task))).map(({ fence }) => fence);
  // What is no number is newer than anything known.
  return Math.max(Number.isNaN(recorded) ? Number.POSITIVE_INFINITY : recorded, ...held);
}
