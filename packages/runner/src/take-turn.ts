import {
  AGENT_ANSWER_SCHEMA,
  type AgentOutcome,
  type AgentRequest,
  type AttemptId,
  BacklogError,
  type BacklogEvent,
  type Escape,
  parseAgentAnswer,
  type RetainedAttempt,
} from '@backlog-runner/contracts';
import { alteredGit } from './altered-git.ts';
import type { Attempt } from './attempt.ts';
import { confirmClaim } from './confirm-claim.ts';
import { continuePrompt } from './continue-prompt.ts';
import type { Continuation, Fact } from './next-step.ts';
import { takeOverPrompt, taskPrompt } from './prompt.ts';
import { retainedEvent } from './retained-event.ts';
import { type AgentNote, runAgent } from './run-agent.ts';
import { promptInput } from './task-question.ts';

/** Asks the agent of an attempt once, and looks at what it left and where it reached. */
export async function takeTurn(attempt: Attempt, about: Continuation | undefined): Promise<Fact> {
  const { context, decision, id } = attempt;
  const { emit, parts } = context;
  attempt.turn += 1;
  if (about) await emit({ type: 'attempt.returned', attempt: id, turn: attempt.turn, because: about.because });
  if (about?.because === 'lost-session') delete attempt.session;
  const prompt = await promptFor(attempt, about);
  const escapesSince = await parts.escapes.begin();
  const outcome = await ask(attempt, prompt);
  const { changes } = await retain(attempt);
  const paths = changes.map(({ path }) => path);
  const protectedPaths = parts.validation.protectedAmong(decision.task, paths);
  const forged = await forgeries(attempt);
  const escapes = [...(await escapesSince()), ...forged];
  const altered = alteredGit(escapes);
  if (altered !== undefined) context.halt(altered);
  const answer = outcome.status === 'completed' ? parseAgentAnswer(outcome.output) : undefined;
  if (answer) attempt.answer = answer;
  return { kind: 'agent-ended', outcome, changes, protectedPaths, escapes, ...(answer ? { answer } : {}) };
}

async function ask(attempt: Attempt, prompt: string): Promise<AgentOutcome> {
  const { context, provider, id, signal } = attempt;
  const request = requestFor(attempt, prompt);
  const note = (said: AgentNote) => context.emit(noteOf(id, said));
  const { outcome, session } = await runAgent({ provider, request, log: id, signal, note }, context.parts);
  if (session) attempt.session = session;
  return outcome;
}

/** Whoever runs git in a workspace can write any ref. */
async function forgeries({ context, decision, lease }: Attempt): Promise<readonly Escape[]> {
  const claim = await confirmClaim(context.parts, decision.task.id, lease.current);
  if (claim.status === 'overtaken')
    throw new BacklogError('LEASE_LOST', 'Another runner has claimed the task meanwhile.');
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
