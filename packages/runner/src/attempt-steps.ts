import {
  AGENT_ANSWER_SCHEMA,
  type AgentAnswer,
  type AgentProvider,
  type AgentRequest,
  type AttemptId,
  type AttemptResult,
  BacklogError,
  type BacklogEvent,
  type Escape,
  type KeptLease,
  parseAgentAnswer,
  questionOf,
  type RetainedAttempt,
  type SessionId,
  type Workspace,
} from '@backlog-runner/contracts';
import { alteredGit } from './altered-git.ts';
import type { AttemptContext, Background, EndedAttempt, Start } from './attempt-context.ts';
import { commitMessage } from './commit-message.ts';
import { type ClaimStanding, confirmClaim } from './confirm-claim.ts';
import { landAttempt } from './land-attempt.ts';
import { type Continuation, type Fact, NO_RETURNS, nextStep, type Progress } from './next-step.ts';
import { continuePrompt, takeOverPrompt, taskPrompt } from './prompt.ts';
import { proposeAll } from './propose.ts';
import { retainedEvent } from './retained-event.ts';
import { type AgentNote, runAgent } from './run-agent.ts';
import { promptInput } from './task-question.ts';

/** One attempt while it goes on. */
export interface Attempt {
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

/** Does what `nextStep` says until it says that the attempt is over. */
export async function followSteps(attempt: Attempt): Promise<Omit<EndedAttempt, 'attempt'>> {
  const { task, resume } = attempt.decision;
  const { maxReturns } = attempt.context.policy;
  let progress: Progress = { task, maxReturns, returns: NO_RETURNS, resumes: resume !== undefined };
  let fact: Fact = { kind: 'prepared' };
  for (;;) {
    const step = nextStep(progress, fact);
    if (step.kind === 'end') return ended(attempt, step.result);
    if (step.kind === 'land') {
      fact = await land(attempt, step.answer);
    } else {
      progress = afterAsking(progress, step.about);
      fact = await askAgent(attempt, step.about);
    }
  }
}

function ended({ answer }: Attempt, result: AttemptResult): Omit<EndedAttempt, 'attempt'> {
  return { result, notes: answer?.notes ?? [], ...(answer ? { summary: answer.summary } : {}) };
}

function afterAsking(progress: Progress, about: Continuation | undefined): Progress {
  if (!about || about.because === 'interruption') return progress;
  if (about.because === 'lost-session') return { ...progress, resumes: false };
  const { returns } = progress;
  return { ...progress, resumes: false, returns: { ...returns, [about.because]: returns[about.because] + 1 } };
}

async function askAgent(attempt: Attempt, about: Continuation | undefined): Promise<Fact> {
  const { context, decision, id, provider, signal } = attempt;
  const { emit, parts } = context;
  attempt.turn += 1;
  if (about) await emit({ type: 'attempt.returned', attempt: id, turn: attempt.turn, because: about.because });
  if (about?.because === 'lost-session') delete attempt.session;
  const request = requestFor(attempt, await promptFor(attempt, about));
  const escapesSince = await parts.escapes.begin();
  const note = (said: AgentNote) => emit(noteOf(id, said));
  const { outcome, session } = await runAgent({ provider, request, log: id, signal, note }, parts);
  if (session) attempt.session = session;
  const { changes } = await retain(attempt);
  const paths = changes.map(({ path }) => path);
  const protectedPaths = parts.validation.protectedAmong(decision.task, paths);
  const claim = await confirmClaim(parts, decision.task.id, attempt.lease.current);
  if (claim.status === 'overtaken')
    throw new BacklogError('LEASE_LOST', 'Another runner has claimed the task meanwhile.');
  const escapes = [...(await escapesSince()), ...forgeryIn(claim)];
  const altered = alteredGit(escapes);
  if (altered !== undefined) context.halt(altered);
  const answer = outcome.status === 'completed' ? parseAgentAnswer(outcome.output) : undefined;
  if (answer) attempt.answer = answer;
  return { kind: 'agent-ended', outcome, changes, protectedPaths, escapes, ...(answer ? { answer } : {}) };
}

function forgeryIn(claim: ClaimStanding): readonly Escape[] {
  return claim.status === 'forged' ? [{ what: 'ref', name: claim.ref }] : [];
}

function noteOf(attempt: AttemptId, note: AgentNote): BacklogEvent {
  switch (note.kind) {
    case 'session':
      return { type: 'attempt.session', attempt, session: note.session };
    case 'progress':
      return { type: 'attempt.progress', attempt, text: note.text };
    case 'usage':
      return { type: 'attempt.usage', attempt, usage: note.usage };
  }
}

function requestFor(
  { context, decision, id, workspace, instructions, session, turn }: Attempt,
  prompt: string,
): AgentRequest {
  const { task, role, agent, tryNumber } = decision;
  return {
    prompt,
    instructions,
    directory: workspace.directory,
    ...(agent.model ? { model: agent.model } : {}),
    outputSchema: AGENT_ANSWER_SCHEMA,
    ...(session ? { resume: session } : {}),
    access: task.kind === 'research' ? 'read-only' : 'workspace',
    limits: context.policy.limits,
    environment: workspace.environment,
    origin: { run: context.run, role, attempt: id, task: task.id, tryNumber, turn },
  };
}

async function promptFor(attempt: Attempt, about: Continuation | undefined): Promise<string> {
  if (about && about.because !== 'lost-session') return continuePrompt(about);
  const { context, decision, background, workspace } = attempt;
  const { prompts } = context.parts;
  const input = await promptInput(decision.task, background, { prompts, directory: workspace.directory });
  return about ? takeOverPrompt(input) : taskPrompt(input);
}

async function retain(attempt: Attempt): Promise<RetainedAttempt> {
  const { context, decision, id, lease, workspace } = attempt;
  const { task } = decision;
  const subject = `Attempt ${id}: ${task.title}`;
  const retained = await workspace.retain({ task: task.id, fence: lease.current.fence, subject });
  attempt.retained = retained;
  const event = retainedEvent(id, workspace.base, retained);
  if (event) await context.emit(event);
  return retained;
}

async function land(attempt: Attempt, answer: AgentAnswer): Promise<Fact> {
  const { context, decision, id, lease, workspace, signal, retained } = attempt;
  const { parts, emit, policy, run } = context;
  const { task, agent } = decision;
  if (!retained) throw new Error(`Attempt ${id} is to land before it was retained.`);
  // The candidates are a research task's whole outcome, so they are safe before it is done; follow-ups of other work
  // count only when the work does.
  const isResearch = task.kind === 'research';
  if (isResearch) await propose(attempt, answer);
  const changesNothing = retained.changes.length === 0;
  const ending = await landAttempt(
    {
      task,
      question: questionOf(task),
      attempt: id,
      lease,
      commit: changesNothing ? workspace.base : retained.commit,
      base: workspace.base,
      changesNothing,
      patterns: answer.patterns,
      message: commitMessage(task, id, agent, answer.summary),
      workspace: async () => workspace,
      signal,
    },
    { ...parts, emit, run, leaseTtlMs: policy.leaseTtlMs },
  );
  if ((ending.kind === 'landed' || ending.kind === 'held') && !isResearch) await propose(attempt, answer);
  if (ending.kind === 'conflicted') await workspace.show(ending.tree, ending.onto);
  return { kind: 'landing-ended', ending };
}

async function propose({ context }: Attempt, answer: AgentAnswer): Promise<void> {
  await proposeAll(answer.candidates, { type: 'task-followup' }, context);
}
