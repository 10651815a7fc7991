import type { LandedCommit, Task, TaskPatch } from '@backlog-runner/contracts';

/** A task whose file does not say what the branch says. */
export interface Reconciliation {
  readonly task: Task;
  readonly patch: TaskPatch;
  /** Why, as a sentence about the task. */
  readonly reason: string;
}

/**
 * What must be written into task files that do not arrive with the branch: a task that landed is done, and one whose
 * landings are all reverted is ready again. `landed` is what is on the branch, in any order.
 */
export function reconcile(tasks: readonly Task[], landed: readonly LandedCommit[]): readonly Reconciliation[] {
  return tasks.flatMap((task): readonly Reconciliation[] => {
    const own = landed.filter((landing) => landing.task === task.id);
    const standing = own.find(({ reverted }) => !reverted);
    if (standing && task.state === 'ready') {
      return [{ task, patch: { state: 'done' }, reason: `it landed as ${standing.commit.slice(0, 10)}` }];
    }
    const [undone] = standing ? [] : own;
    if (undone && task.state === 'done') {
      return [{ task, patch: { state: 'ready' }, reason: `its landing ${undone.commit.slice(0, 10)} was reverted` }];
    }
    return [];
  });
}
