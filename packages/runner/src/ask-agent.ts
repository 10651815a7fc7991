import type {
  AgentFailure,
  AgentOutcome,
  AgentRequest,
  AgentRole,
  AttemptId,
  Escape,
  Question,
  Usage,
  Workspace,
} from '@backlog-runner/contracts';
import { alteredGit } from './altered-git.ts';
import type { AgentChoice } from './policy.ts';
import { type AgentNote, runAgent } from './run-agent.ts';
import type { RunContext } from './run-context.ts';

export interface Asker {
  readonly log: AttemptId;
  readonly role: AgentRole;
  readonly tryNumber: number;
  readonly turn: number;
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
  /** Whom it asks unless the question names somebody. */
  readonly agent?: AgentChoice;
}

export interface Answered {
  readonly outcome: AgentOutcome;
  /** Absent: nobody was asked. */
  readonly provider?: string;
  readonly usage?: Usage;
  readonly escapes: readonly Escape[];
}

/** Asks an agent that may only read, and watches that it does no more. */
export async function askAgent(context: RunContext, question: Question, asker: Asker): Promise<Answered> {
  const { parts, emit, halt } = context;
  const { log, signal } = asker;
  const name = question.provider ?? asker.agent?.provider;
  const provider = name === undefined ? undefined : parts.providers.get(name);
  if (!provider) return nobody(name === undefined ? 'no agent is configured for it' : `there is no agent ${name}`);
  const request = requestOf(context, question, asker, provider.id);
  let usage: Usage | undefined;
  const note = async (said: AgentNote) => {
    if (said.kind === 'usage') usage = said.usage;
    if (said.kind === 'progress') await emit({ type: 'inquiry.progress', inquiry: log, text: said.text });
  };
  const escapesSince = await parts.escapes.begin();
  const { outcome } = await runAgent({ provider, request, log, signal, note }, parts);
  const escapes = await escapesSince();
  const altered = alteredGit(escapes);
  if (altered !== undefined) halt(altered);
  return { outcome, provider: provider.id, escapes, ...(usage ? { usage } : {}) };
}

function nobody(message: string): Answered {
  const failure: AgentFailure = { kind: 'other', message };
  return { outcome: { status: 'failed', failure }, escapes: [] };
}

function requestOf(
  { policy, run }: RunContext,
  { model: wanted, instructions, prompt, outputSchema }: Question,
  { log, role, tryNumber, turn, workspace, agent }: Asker,
  provider: string,
): AgentRequest {
  // A model of one provider says nothing to another.
  const model = wanted ?? (provider === agent?.provider ? agent.model : undefined);
  return {
    ...{ instructions, prompt, outputSchema },
    directory: workspace.directory,
    ...(model === undefined ? {} : { model }),
    access: 'read-only',
    limits: policy.limits,
    environment: workspace.environment,
    origin: { run, role, attempt: log, tryNumber, turn },
  };
}
