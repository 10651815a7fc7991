import {
  type AttemptRecord,
  type History,
  type HolderId,
  type LandedCommit,
  resource,
  type TaskHistory,
} from '@backlog-runner/contracts';
import { closeInquiry } from './close-inquiry.ts';
import { type DeadRun, isOpen, isOver } from './dead-runs.ts';
import { holding } from './holding.ts';
import { markDone } from './mark-done.ts';
import { noteLandings } from './note-landings.ts';
import { retainedEvent } from './retained-event.ts';
import type { RunContext } from './run-context.ts';

/**
 * Cleans up after a run that died: ends what it left running, takes a half-done landing back, retains what its agents
 * left, closes its attempts, as landed where the branch says so, else as interrupted, and finishes its plans. Nobody else
 * does the same at the same time. False when somebody else does, or has all that is left to do.
 */
export async function recoverRun(
  context: RunContext,
  { run, attempts, inquiries }: DeadRun,
  history: History,
): Promise<boolean> {
  const { parts, emit } = context;
  const { landing } = parts;
  const hasRecovered = await holding([resource.recovery(run.run)], context, async () => {
    const processes = await parts.endProcesses(run.run);
    await settleUnlessLanding(context);
    await recoverWork(context);
    const landed = attempts.length > 0 ? await landing.landed() : [];
    for (const attempt of attempts) await closeAttempt(context, attempt, landed, history);
    let closed = attempts.length;
    for (const inquiry of inquiries) if (await closeInquiry(context, inquiry, DIED.reason)) closed += 1;
    await noteLandings(context, history);
    if (isOver(run) && closed === 0) return false;
    await emit({ type: 'run.recovered', of: run.run, processes });
    return true;
  });
  return hasRecovered === true;
}

/** Takes back what a killed landing left half done in a checkout. A living runner that lands does so itself. */
export async function settleUnlessLanding({ parts, policy, emit, run }: RunContext): Promise<void> {
  const { leases, landing } = parts;
  const resources = [resource.landing(landing.branch)];
  const lease = await leases.acquire({ resources, holder: run as string as HolderId, ttlMs: policy.leaseTtlMs });
  if (!lease) return;
  try {
    for (const directory of await landing.settle()) {
      const message = `a landing that was cut short left ${directory} half updated, and it was changed since: see git status`;
      await emit({ type: 'warning', message });
    }
  } finally {
    await leases.release(lease);
  }
}

/** Retains what attempts left in workspaces whose runs are over, however they ended. */
export async function recoverWork({ parts, emit }: RunContext): Promise<void> {
  for (const { attempt, base, retained } of await parts.workspaces.recover()) {
    const event = retainedEvent(attempt, base, retained);
    if (event) await emit(event);
  }
}

/** A runner may die of a task: after this many deaths in a row they use up its tries. */
const DEATHS_THAT_DO_NOT_COUNT = 2;
const DIED = { status: 'interrupted', reason: 'its runner died' } as const;

async function closeAttempt(
  context: RunContext,
  record: AttemptRecord,
  landed: readonly LandedCommit[],
  history: History,
): Promise<void> {
  const { parts, emit } = context;
  const { attempt, task } = record;
  const landing = landed.find((candidate) => candidate.attempt === attempt);
  if (!landing) {
    const counts = deathsOf(history.tasks.get(task)) >= DEATHS_THAT_DO_NOT_COUNT;
    await emit({ type: 'attempt.ended', attempt, task, result: DIED, counts });
    return;
  }
  const { commit } = landing;
  await emit({ type: 'task.landed', task, attempt, commit, branch: parts.landing.branch });
  if (!landing.reverted) await markDone(context, record);
  await emit({ type: 'attempt.ended', attempt, task, result: { status: 'landed', commit }, counts: false });
}

function deathsOf(past: TaskHistory | undefined): number {
  const ended = (past?.attempts ?? []).filter((attempt) => !isOpen(attempt));
  const lastOther = ended.findLastIndex(
    ({ result }) => result?.status !== 'interrupted' || result.reason !== DIED.reason,
  );
  return ended.length - 1 - lastOther;
}
