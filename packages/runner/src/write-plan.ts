import {
  type Fence,
  isBacklogError,
  type PlanWriting,
  type TaskId,
  type TaskPatch,
  type TaskStore,
} from '@backlog-runner/contracts';

/** What a parent's file says from then on. */
export function supersededPatch(successors: readonly TaskId[]): TaskPatch {
  return { state: 'superseded', supersededBy: successors, addNotes: [`Planned as ${successors.join(', ')}.`] };
}

/** Writes a plan to files, or what is left of it: doing it again changes nothing. */
export async function finishWriting(writing: PlanWriting, fence: Fence, store: TaskStore): Promise<void> {
  await writeChildren(writing, store);
  for (const { parent, children } of writing.supersedes) {
    const task = await store.get(parent);
    if (task?.state !== 'planned' && task?.state !== 'failed') continue;
    try {
      await store.update(parent, supersededPatch(children), { fence });
    } catch (error) {
      // Taken away by a person meanwhile: then nothing waits for it.
      if (!isBacklogError(error, 'TASK_MISSING')) throw error;
    }
  }
}

async function writeChildren({ children }: PlanWriting, store: TaskStore): Promise<void> {
  for (const { id, candidate } of children) await store.create(id, candidate);
}
