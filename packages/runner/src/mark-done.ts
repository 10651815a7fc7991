import { type AttemptRecord, isBacklogError } from '@backlog-runner/contracts';
import type { RunContext } from './run-context.ts';

/** Where the task's file does not come with the commit, the death may have come between the two. */
export async function markDone({ parts, emit }: RunContext, { task, fence }: AttemptRecord): Promise<void> {
  const current = await parts.store.get(task);
  if (current?.state !== 'ready') return;
  try {
    await parts.store.update(task, { state: 'done' }, { fence });
  } catch (error) {
    if (!isBacklogError(error)) throw error;
    await emit({ type: 'warning', message: `${task} landed but is not marked as done: ${error.message}` });
  }
}
