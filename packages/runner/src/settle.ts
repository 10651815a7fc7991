import type { EpochMs, KeptLease, ProviderHistory, Task } from '@backlog-runner/contracts';
import type { EndedAttempt } from './attempt.ts';
import { failureOf } from './background.ts';
import { type Consequences, consequencesOf } from './consequences.ts';
import type { Emit } from './emit.ts';
import { finishLanded } from './finish-landed.ts';
import { tellOfProvider } from './look-consequences.ts';
import type { RunnerParts } from './parts.ts';
import type { RunContext } from './run-context.ts';
import { wasEdited } from './was-edited.ts';

export interface Settling {
  readonly task: Task;
  readonly ended: EndedAttempt;
  readonly tryNumber: number;
  readonly provider: string;
  readonly providerHistory: ProviderHistory;
  readonly lease: KeptLease;
}

/** Records how an attempt ended and what follows from it. */
export async function settleAttempt(settling: Settling, { parts, policy, emit }: RunContext): Promise<Consequences> {
  const { task, ended, provider } = settling;
  const { attempt, result, summary, notes } = ended;
  const now: EpochMs = parts.system.now();
  const consequences = consequencesOf({ ...settling, result, now, jitter: parts.system.random() }, policy);
  const { counts, deferUntil, failed } = consequences;
  await emit({
    type: 'attempt.ended',
    attempt,
    task: task.id,
    result,
    counts,
    ...(summary === undefined ? {} : { summary }),
    ...(notes.length > 0 ? { notes } : {}),
  });
  await tellOfProvider({ ...consequences, reason: failureOf(result).join() }, provider, emit);
  if (failed !== undefined) await failTask(task, failed, settling.lease, emit, parts);
  else if (deferUntil !== undefined) {
    await emit({ type: 'task.deferred', task: task.id, until: deferUntil, reason: failureOf(result).join() });
  }
  return consequences;
}

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
