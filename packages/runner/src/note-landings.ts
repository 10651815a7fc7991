import { type AttemptRecord, type History, type LandedCommit, taskOfLease } from '@backlog-runner/contracts';
import { isOpen } from './dead-runs.ts';
import { markDone } from './mark-done.ts';
import type { RunContext } from './run-context.ts';

/**
 * Records what landed and was never said to have. A run that only slept may be taken for dead, and its attempt be closed;
 * then it lands all the same, and really dies before it says so.
 */
export async function noteLandings(context: RunContext, history: History): Promise<void> {
  const { parts, emit } = context;
  const silent = silentLandings(await parts.landing.landed(), history);
  if (silent.length === 0) return;
  const held = new Set((await parts.leases.list()).map(taskOfLease));
  for (const { record, landing } of silent) {
    const { task, attempt } = record;
    if (held.has(task)) continue;
    await emit({ type: 'task.landed', task, attempt, commit: landing.commit, branch: parts.landing.branch });
    if (!landing.reverted) await markDone(context, record);
  }
}

interface SilentLanding {
  readonly record: AttemptRecord;
  readonly landing: LandedCommit;
}

/** Oldest first. Those of open attempts are told when these are closed. */
function silentLandings(landed: readonly LandedCommit[], { tasks }: History): readonly SilentLanding[] {
  return [...landed].reverse().flatMap((landing) => {
    const record = tasks.get(landing.task)?.attempts.find(({ attempt }) => attempt === landing.attempt);
    return record && !isOpen(record) && record.result?.status !== 'landed' ? [{ record, landing }] : [];
  });
}
