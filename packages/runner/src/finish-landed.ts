import type { Fence, Task } from '@backlog-runner/contracts';
import type { Emit } from './emit.ts';
import type { RunnerParts } from './parts.ts';
import { reconcile } from './reconcile.ts';

/**
 * A task whose file does not arrive with the branch may still say `ready` although its work is there, because writing the
 * file failed. Says so in the file now. False when the task has not landed, or its file is what counts.
 */
export async function finishLanded(
  task: Task,
  fence: Fence,
  { landing, store, emit }: Pick<RunnerParts, 'landing' | 'store'> & { readonly emit: Emit },
): Promise<boolean> {
  if (await landing.bringsFile(task.path)) return false;
  const [wanted] = reconcile([task], await landing.landed());
  if (!wanted) return false;
  await store.update(task.id, wanted.patch, { fence });
  await emit({ type: 'warning', message: `${task.id} is marked as ${wanted.patch.state}: ${wanted.reason}` });
  return true;
}
