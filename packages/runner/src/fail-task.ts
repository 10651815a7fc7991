import type { KeptLease, Task } from '@backlog-runner/contracts';
import type { Emit } from './emit.ts';
import { finishLanded } from './finish-landed.ts';
import type { RunnerParts } from './parts.ts';
import { wasEdited } from './was-edited.ts';

/** Stores and records that a task is out of tries, unless somebody took it or changed it meanwhile. */
export async function failTask(
  task: Task,
  reason: string,
  lease: KeptLease,
  emit: Emit,
  { store, landing, redact }: Pick<RunnerParts, 'store' | 'landing' | 'redact'>,
): Promise<void> {
  try {
    const current = await store.get(task.id);
    if (current?.state === 'ready') {
      const { fence } = lease.current;
      if (await finishLanded(current, fence, { landing, store, emit })) return;
      await store.update(task.id, { state: 'failed', addNotes: [redact(reason)] }, { fence });
    } else if (current?.state !== 'failed') return;
    await emit({ type: 'task.failed', task: task.id, reason });
  } catch (error) {
    if (!wasEdited(error)) throw error;
    await emit({ type: 'warning', message: `${task.id} was not marked as failed: ${error.message}` });
  }
}
