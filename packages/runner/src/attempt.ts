import {
  AGENT_ANSWER_SCHEMA,
  type AgentAnswer,
  type AgentProvider,
  type AttemptId,
  type AttemptResult,
  attemptIdOf,
  type CommitId,
  type HolderId,
  isBacklogError,
  type KeptLease,
  keepLease,
  parseAgentAnswer,
  type RetainedAttempt,
  type RunId,
  resourcesOf,
  type SessionId,
  type Workspace,
} from '@backlog-runner/contracts';
import { candidatesOf } from './candidates.ts';
import { commitMessage } from './commit-message.ts';
import type { Decision } from './decide.ts';
import type { Emit } from './emit.ts';
import { landAttempt } from './land-attempt.ts';
import { type Fact, NO_RETURNS, nextStep, type Progress, type Return, type Step } from './next-step.ts';
import type { RunnerParts } from './parts.ts';
import type { RunnerPolicy } from './policy.ts';
import { instructionsFor, returnPrompt, taskPrompt } from './prompt.ts';
import { runAgent } from './run-agent.ts';

/** What every attempt of a run shares. */
export interface AttemptContext {
  readonly run: RunId;
  readonly parts: RunnerParts;
  readonly policy: RunnerPolicy;
  readonly emit: Emit;
  /** Aborted when the run drains. */
  readonly drain: AbortSignal;
}

type Start = Extract<Decision, { kind: 'start' }>;

/** What the prompt needs from the task's and its dependencies' past. */
export interface Background {
  readonly dependencyNotes: readonly { readonly task: string; readonly notes: readonly string[] }[];
  readonly earlierFailures: readonly string[];
}

export interface EndedAttempt {
  readonly attempt: AttemptId;
  readonly result: AttemptResult;
  readonly summary?: string;
  readonly notes: readonly string[];
}

/** One attempt while it goes on. */
interface Attempt {
  readonly context: AttemptContext;
  readonly decision: Start;
  readonly background: Background;
  readonly id: AttemptId;
  readonly lease: KeptLease;
  readonly provider: AgentProvider;
  readonly workspace: Workspace;
  /** Aborted when the run drains or the lease is lost. */
  readonly signal: AbortSignal;
  readonly instructions: string;
  turn: number;
  session?: SessionId;
  retained?: RetainedAttempt;
  answer?: AgentAnswer;
}

/**
 * One try at one task, from the lease to the result. Undefined when somebody else has the task, or changed it since
 * the decision. Whatever happens, the lease and the workspace are given back, and work that was done is retained first.
 */
export async function attemptTask(
  context: AttemptContext,
  decision: Start,
  background: Background,
  settle: (ended: EndedAttempt, lease: KeptLease) => Promise<void>,
): Promise<void> {
  const { parts, policy, run } = context;
  const { leases, store, system, landing } = parts;
  const request = {
    resources: resourcesOf(decision.task),
    holder: run as string as HolderId,
    ttlMs: policy.leaseTtlMs,
  };
  const granted = await leases.acquire(request);
  if (!granted) return;
  const lease = keepLease({ leases, lease: granted, ttlMs: policy.leaseTtlMs, system });
  try {
    const task = await store.get(decision.task.id);
    if (task?.revision !== decision.task.revision) return;
    await landing.claim(task.id, granted.fence);
    const id = attemptIdOf(task.id, granted.fence);
    const ended = await performAttempt(context, decision, background, id, lease).catch((error) =>
      brokenAttempt(context, id, error),
    );
    await settle(ended, lease);
  } finally {
    await lease.end();
  }
}

/**
 * An attempt that the machine or a bug broke says nothing about the task, but it counts: else it would be repeated,
 * and its agent paid, without end.
 */
async function brokenAttempt({ emit }: AttemptContext, attempt: AttemptId, error: unknown): Promise<EndedAttempt> {
  const reason = error instanceof Error ? error.message : String(error);
  if (!isBacklogError(error)) {
    const stack = error instanceof Error ? error.stack : undefined;
    await emit({
      type: 'warning',
      message: `a bug in backlog-runner broke the attempt ${attempt}: ${stack ?? reason}`,
    });
  }
  return { attempt, result: { status: 'inconclusive', reason }, notes: [] };
}

async function performAttempt(
  context: AttemptContext,
  decision: Start,
  background: Background,
  id: AttemptId,
  lease: KeptLease,
): Promise<EndedAttempt> {
  const { parts, emit, drain } = context;
  const { task, role, agent, tryNumber } = decision;
  const { fence } = lease.current;
  const provider = parts.providers.get(agent.provider);
  if (!provider) throw new Error(`No provider ${agent.provider} was handed to the runner.`);
  const base = await parts.landing.head();
  const { provider: name, ...model } = agent;
  await emit({
    type: 'attempt.started',
    attempt: id,
    task: task.id,
    fence,
    tryNumber,
    role,
    provider: name,
    ...model,
    base,
  });
  const signal = AbortSignal.any([drain, lease.signal]);
  const opened = await openWorkspace(context, id, base, signal);
  if ('status' in opened) return { attempt: id, result: opened, notes: [] };
  let unretained = true;
  try {
    await emit({ type: 'attempt.prepared', attempt: id, workspace: opened.name });
    const instructions = instructionsFor(task, await parts.prompts.instructions(opened.directory));
    const attempt: Attempt = {
      context,
      decision,
      background,
      id,
      lease,
      provider,
      workspace: opened,
      signal,
      instructions,
      turn: 0,
    };
    const result = await followSteps(attempt);
    unretained = false;
    const { answer } = attempt;
    return { attempt: id, result, notes: answer?.notes ?? [], ...(answer ? { summary: answer.summary } : {}) };
  } finally {
    await opened.close({ unretained });
  }
}

async function openWorkspace(
  { parts }: AttemptContext,
  attempt: AttemptId,
  base: CommitId,
  signal: AbortSignal,
): Promise<Workspace | AttemptResult> {
  try {
    return await parts.workspaces.open({ attempt, base, signal });
  } catch (error) {
    if (signal.aborted)
      return { status: 'cancelled', reason: 'the attempt was stopped while its workspace was prepared' };
    if (isBacklogError(error)) return { status: 'inconclusive', reason: error.message };
    throw error;
  }
}

async function followSteps(attempt: Attempt): Promise<AttemptResult> {
  const { task } = attempt.decision;
  let progress: Progress = { task, maxReturns: attempt.context.policy.maxReturns, returns: NO_RETURNS };
  let fact: Fact = { kind: 'prepared' };
  for (;;) {
    const step: Step = nextStep(progress, fact);
    if (step.kind === 'end') return step.result;
    if (step.kind === 'ask-agent' && step.about) {
      const { because } = step.about;
      progress = { ...progress, returns: { ...progress.returns, [because]: progress.returns[because] + 1 } };
    }
    fact = step.kind === 'land' ? await land(attempt, step.answer) : await askAgent(attempt, step.about);
  }
}

async function askAgent(attempt: Attempt, about: Return | undefined): Promise<Fact> {
  const { context, decision, id, workspace, signal } = attempt;
  const { emit, parts, policy, run } = context;
  const { task, role, agent, tryNumber } = decision;
  attempt.turn += 1;
  if (about) await emit({ type: 'attempt.returned', attempt: id, turn: attempt.turn, because: about.because });
  const prompt = about ? returnPrompt(about) : await firstPrompt(attempt);
  const report = await runAgent(
    {
      provider: attempt.provider,
      attempt: id,
      signal,
      request: {
        prompt,
        instructions: attempt.instructions,
        directory: workspace.directory,
        ...(agent.model ? { model: agent.model } : {}),
        outputSchema: AGENT_ANSWER_SCHEMA,
        ...(attempt.session ? { resume: attempt.session } : {}),
        access: task.kind === 'research' ? 'read-only' : 'workspace',
        limits: policy.limits,
        environment: workspace.environment,
        origin: { run, role, attempt: id, task: task.id, tryNumber, turn: attempt.turn },
      },
    },
    emit,
    parts,
  );
  if (report.session) attempt.session = report.session;
  const retained = await retain(attempt);
  const paths = retained.changes.map(({ path }) => path);
  const answer = report.outcome.status === 'completed' ? parseAgentAnswer(report.outcome.output) : undefined;
  if (answer) attempt.answer = answer;
  return {
    kind: 'agent-ended',
    outcome: report.outcome,
    ...(answer ? { answer } : {}),
    changes: retained.changes,
    protectedPaths: parts.validation.protectedAmong(task, paths),
  };
}

async function firstPrompt({ context, decision, background, workspace }: Attempt): Promise<string> {
  const patterns = await context.parts.prompts.patterns(workspace.directory);
  return taskPrompt({ task: decision.task, ...background, patterns });
}

async function retain(attempt: Attempt): Promise<RetainedAttempt> {
  const { context, decision, id, lease, workspace } = attempt;
  const { task } = decision;
  const subject = `Attempt ${id}: ${task.title}`;
  const retained = await workspace.retain({ task: task.id, fence: lease.current.fence, subject });
  attempt.retained = retained;
  if (retained.changes.length > 0) {
    const { ref, commit, changes } = retained;
    await context.emit({
      type: 'attempt.retained',
      attempt: id,
      ref,
      commit,
      base: workspace.base,
      files: changes.length,
    });
  }
  return retained;
}

async function land(attempt: Attempt, answer: AgentAnswer): Promise<Fact> {
  const { context, decision, id, lease, workspace, signal, retained } = attempt;
  const { parts, emit, policy, run } = context;
  const { task, agent } = decision;
  if (!retained) throw new Error(`Attempt ${id} is to land before it was retained.`);
  // The candidates are a research task's whole outcome, so they are safe before it is done; follow-ups of other work
  // count only when the work does.
  const research = task.kind === 'research';
  if (research) await propose(attempt, answer);
  const changesNothing = retained.changes.length === 0;
  const ending = await landAttempt(
    {
      task,
      attempt: id,
      lease,
      commit: changesNothing ? workspace.base : retained.commit,
      base: workspace.base,
      changesNothing,
      message: commitMessage(task, id, agent, answer.summary),
      workspace: async () => workspace,
      signal,
    },
    { ...parts, emit, run, leaseTtlMs: policy.leaseTtlMs },
  );
  if ((ending.kind === 'landed' || ending.kind === 'held') && !research) await propose(attempt, answer);
  if (ending.kind === 'conflicted') await workspace.show(ending.tree, ending.onto);
  return { kind: 'landing-ended', ending };
}

async function propose({ context, decision }: Attempt, answer: AgentAnswer): Promise<void> {
  const { candidates, refused } = candidatesOf(answer);
  for (const reason of refused) await context.emit({ type: 'warning', message: `${decision.task.id}: ${reason}` });
  if (candidates.length > 0) await context.parts.inbox.propose(candidates);
}
