import {
  type AttemptId,
  attemptIdOf,
  isBacklogError,
  type KeptLease,
  questionOf,
  resourcesOf,
  type WorkspaceRequest,
} from '@backlog-runner/contracts';
import type { Attempt, EndedAttempt, Start } from './attempt.ts';
import { followSteps } from './attempt-steps.ts';
import type { Background } from './background.ts';
import { claimTask } from './claim-task.ts';
import { describeError } from './describe-error.ts';
import { holding } from './holding.ts';
import { hopeless } from './hopeless.ts';
import { instructionsFor } from './instructions.ts';
import { isMachineFailure } from './machine-failure.ts';
import { giveBack, openWorkspace } from './open-workspace.ts';
import type { RunContext } from './run-context.ts';

/**
 * One try at one task, from the lease to the result, which `onEnd` is told while the lease still holds. Nothing happens
 * when somebody else has the task, or changed it since the decision. Whatever happens, the lease and the workspace are
 * given back, and work that was done is retained first.
 */
export async function attemptTask(
  context: RunContext,
  decision: Start,
  background: Background,
  onEnd: (ended: EndedAttempt, lease: KeptLease) => Promise<void>,
): Promise<void> {
  await holding(resourcesOf(decision.task), context, async (lease) => {
    const task = await context.parts.store.get(decision.task.id);
    if (task?.revision !== decision.task.revision) return;
    if (!(await claimTask(context, task.id, lease.current))) return;
    const id = attemptIdOf(task.id, lease.current.fence);
    const ended = await performAttempt(context, decision, background, id, lease).catch((error) =>
      brokenAttempt(context, id, error),
    );
    await onEnd(ended, lease);
  });
}

/**
 * An attempt that the machine or a bug broke says nothing about the task, but it counts: else it would be repeated,
 * and its agent paid, without end. Only one that somebody else may have taken over by now does not, nor one
 * that no other could be after: then the whole run ends.
 */
async function brokenAttempt({ emit, halt }: RunContext, attempt: AttemptId, error: unknown): Promise<EndedAttempt> {
  const reason = describeError(error);
  const reasonToEnd = hopeless(error);
  if (reasonToEnd !== undefined) halt(reasonToEnd);
  const isCutOff = reasonToEnd !== undefined || isBacklogError(error, 'LEASE_LOST');
  if (isCutOff) return { attempt, result: { status: 'interrupted', reason }, notes: [] };
  if (!isBacklogError(error) && !isMachineFailure(error)) {
    const stack = error instanceof Error ? error.stack : undefined;
    const message = `a bug in backlog-runner broke the attempt ${attempt}: ${stack ?? reason}`;
    await emit({ type: 'warning', message });
  }
  return { attempt, result: { status: 'inconclusive', reason }, notes: [] };
}

async function performAttempt(
  context: RunContext,
  decision: Start,
  background: Background,
  id: AttemptId,
  lease: KeptLease,
): Promise<EndedAttempt> {
  const { parts, drain } = context;
  const { agent, resume } = decision;
  const provider = parts.providers.get(agent.provider);
  if (!provider) throw new Error(`No provider ${agent.provider} was handed to the runner.`);
  const signal = AbortSignal.any([drain, lease.signal]);
  const base = await parts.landing.head();
  await recordStart(context, decision, id, lease, base);
  const prefer = resume?.workspace ? { prefer: resume.workspace } : {};
  const workspace = await openWorkspace(context, { attempt: id, base, signal, ...prefer });
  if ('status' in workspace) return { attempt: id, result: workspace, notes: [] };
  let unretained = true;
  try {
    const attempt = await prepare({ context, decision, background, id, lease, provider, workspace, signal });
    const ended = await followSteps(attempt);
    unretained = false;
    return { attempt: id, ...ended };
  } finally {
    await giveBack(workspace, unretained, context, id);
  }
}

async function prepare(attempt: Omit<Attempt, 'instructions' | 'turn'>): Promise<Attempt> {
  const { context, decision, id, workspace } = attempt;
  const { emit, parts } = context;
  const { task, resume } = decision;
  await emit({ type: 'attempt.prepared', attempt: id, workspace: workspace.name });
  const instructions = instructionsFor(task, await parts.prompts.instructions(workspace.directory));
  if (resume?.retained) await workspace.show(resume.retained.commit, resume.retained.base);
  return { ...attempt, instructions, turn: 0, ...(resume?.session ? { session: resume.session } : {}) };
}

async function recordStart(
  { emit }: RunContext,
  { task, role, agent, tryNumber, resume }: Start,
  attempt: AttemptId,
  lease: KeptLease,
  base: WorkspaceRequest['base'],
): Promise<void> {
  await emit({
    type: 'attempt.started',
    attempt,
    task: task.id,
    fence: lease.current.fence,
    tryNumber,
    role,
    provider: agent.provider,
    ...(agent.model ? { model: agent.model } : {}),
    base,
    question: questionOf(task),
    ...(resume ? { resumes: resume.attempt } : {}),
  });
}
