import type { EpochMs, KeptLease, ProviderHistory, Task } from '@backlog-runner/contracts';
import type { EndedAttempt } from './attempt.ts';
import { failureOf } from './background.ts';
import { type Consequences, consequencesOf } from './consequences.ts';
import { failTask } from './fail-task.ts';
import { tellOfProvider } from './look-consequences.ts';
import type { RunContext } from './run-context.ts';

export interface EndToRecord {
  readonly task: Task;
  readonly ended: EndedAttempt;
  readonly tryNumber: number;
  readonly provider: string;
  readonly providerHistory: ProviderHistory;
  readonly lease: KeptLease;
}

/** Records how an attempt ended and what follows from it. */
export async function recordEnd(end: EndToRecord, { parts, policy, emit }: RunContext): Promise<Consequences> {
  const { task, ended, provider } = end;
  const { attempt, result, summary, notes } = ended;
  const now: EpochMs = parts.system.now();
  const consequences = consequencesOf({ ...end, result, now, jitter: parts.system.random() }, policy);
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
  if (failed !== undefined) await failTask(task, failed, end.lease, emit, parts);
  else if (deferUntil !== undefined) {
    await emit({ type: 'task.deferred', task: task.id, until: deferUntil, reason: failureOf(result).join() });
  }
  return consequences;
}
