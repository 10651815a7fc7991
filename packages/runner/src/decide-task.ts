import {
  type AttemptRecord,
  type BlockReason,
  type Lease,
  questionOf,
  resourcesConflict,
  resourcesOf,
  type Standing,
  type Task,
  type TaskId,
} from '@backlog-runner/contracts';
import { isOpen } from './dead-runs.ts';
import type { Decision } from './decide.ts';
import type { AgentChoice, RunnerPolicy } from './policy.ts';
import { roleFor } from './route-agent.ts';
import type { Snapshot } from './snapshot.ts';

/** What is to be done with one task where it stands. Undefined: nothing now. */
export function decideTask(
  task: Task,
  standing: Standing,
  snapshot: Snapshot,
  policy: RunnerPolicy,
): Decision | undefined {
  if (snapshot.working.has(task.id) || (snapshot.restingUntil.get(task.id) ?? 0) > snapshot.now) return undefined;
  switch (standing.status) {
    case 'blocked':
      return heldAction(task, standing.reasons, snapshot, policy);
    case 'failed':
      return unnotedFailure(task, snapshot, policy);
    case 'runnable':
      return runnableAction(task, snapshot, policy);
    default:
      return undefined;
  }
}

function runnableAction(task: Task, snapshot: Snapshot, policy: RunnerPolicy): Decision | undefined {
  const last = lastAttempt(task, snapshot);
  if (last && isOpen(last) && last.run === snapshot.run) return { kind: 'close', task, attempt: last };
  const triesUsed = snapshot.history.tasks.get(task.id)?.triesUsed ?? 0;
  if (triesUsed >= policy.maxTries) return { kind: 'fail', task, reason: lastReason(task.id, snapshot) };
  if (last && isOpenElsewhere(last, snapshot)) return undefined;
  const role = roleFor(task, policy.uiPathPrefixes);
  const agent = policy.agents[role];
  const start = { kind: 'start', task, role, agent, tryNumber: triesUsed + 1 } as const;
  return last && canGoOn(last, task, agent) ? { ...start, resume: last } : start;
}

/** Its file says so, and the journal does not: its runner died in between. Reopened, it would fail at once again. */
function unnotedFailure(task: Task, snapshot: Snapshot, { maxTries }: RunnerPolicy): Decision | undefined {
  const { triesUsed = 0 } = snapshot.history.tasks.get(task.id) ?? {};
  if (triesUsed < maxTries || snapshot.leases.some((lease) => conflictsWith(task, lease))) return undefined;
  return { kind: 'fail', task, reason: lastReason(task.id, snapshot) };
}

export function lastAttempt({ id }: Task, { history }: Snapshot): AttemptRecord | undefined {
  return history.tasks.get(id)?.attempts.at(-1);
}

/** Its runner has let the task go, or died, but nobody knows yet how the attempt ended: it may have landed. */
export function isOpenElsewhere(attempt: AttemptRecord, { run }: Snapshot): boolean {
  return isOpen(attempt) && attempt.run !== run;
}

/** Whether the attempt was cut off for a reason that leaves its session and its work worth going on with. */
function canGoOn({ result, session, provider, question }: AttemptRecord, task: Task, agent: AgentChoice): boolean {
  const isCutOff =
    result?.status === 'interrupted' ||
    (result?.status === 'agent-failed' && ['rate-limited', 'unavailable'].includes(result.failure.kind));
  return isCutOff && session !== undefined && provider === agent.provider && question === questionOf(task);
}

function heldAction(
  task: Task,
  reasons: readonly BlockReason[],
  snapshot: Snapshot,
  policy: RunnerPolicy,
): Decision | undefined {
  if (!reasons.every((reason) => reason.kind === 'landing-held')) return undefined;
  if (snapshot.leases.some((lease) => conflictsWith(task, lease))) return undefined;
  if (policy.once && snapshot.restingUntil.has(task.id)) return undefined;
  const attempt = lastAttempt(task, snapshot);
  return attempt ? { kind: 'land-held', task, attempt } : undefined;
}

function lastReason(id: TaskId, { history }: Snapshot): string {
  const result = history.tasks.get(id)?.attempts.findLast((attempt) => attempt.counts)?.result;
  if (!result) return 'it has used up its tries';
  if (result.status === 'agent-failed') return result.failure.message;
  return 'reason' in result ? result.reason : result.status;
}

function conflictsWith(task: Task, lease: Lease): boolean {
  return resourcesOf(task).some((key) => lease.resources.some((held) => resourcesConflict(key, held)));
}
