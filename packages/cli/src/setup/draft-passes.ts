import type { AgentOutcome, AgentProvider, RunId, System } from '@backlog-runner/contracts';
import type { RoleChoice } from '../resolve-agents.ts';
import { DRAFT_INSTRUCTIONS, DRAFT_SCHEMA, draftPrompt } from './draft-question.ts';
import type { SetupFacts } from './facts.ts';
import type { ProposedPass } from './proposal.ts';
import { type Draft, readDraft } from './read-draft.ts';

export interface DraftOptions {
  /** The agent for discovery. */
  readonly agent: RoleChoice<AgentProvider>;
  readonly facts: SetupFacts;
  /** What is recommended without an agent. */
  readonly recommended: readonly ProposedPass[];
  /** The project directory. */
  readonly directory: string;
  readonly system: System;
  readonly signal: AbortSignal;
  /** What of the repository must be the same before and after: the agent only reads. */
  readonly fingerprint: () => Promise<string>;
}

const MINUTE = 60_000;
const LIMITS = { idleMs: 5 * MINUTE, totalMs: 20 * MINUTE, toolMs: 5 * MINUTE };

/** Has an agent draft passes; or why there is no draft. */
export async function draftPasses(options: DraftOptions): Promise<Draft | { readonly failure: string }> {
  const { agent, facts, recommended, directory, system, signal, fingerprint } = options;
  const { provider, model } = agent;
  const health = await provider.check({ signal });
  if (health.status !== 'ready') return { failure: `${health.message} ${health.hint}`.trim() };
  const before = await fingerprint();
  const request = {
    prompt: draftPrompt(facts, recommended),
    instructions: DRAFT_INSTRUCTIONS,
    directory,
    outputSchema: DRAFT_SCHEMA,
    access: 'read-only' as const,
    limits: LIMITS,
    environment: {},
    origin: { run: `setup-${system.token(8)}` as RunId, role: 'discovery' as const, tryNumber: 1, turn: 1 },
    ...(model === undefined ? {} : { model }),
  };
  let outcome: AgentOutcome | undefined;
  for await (const event of provider.run(request, { signal })) if (event.type === 'run.ended') outcome = event.outcome;
  if ((await fingerprint()) !== before) return { failure: 'it may only read, and files changed while it did' };
  if (outcome?.status !== 'completed') return { failure: whyNot(outcome) };
  const draft = readDraft(outcome.output, facts);
  if (!draft) return { failure: 'its answer was not in the promised form' };
  if (draft.passes.length > 0) return draft;
  return { failure: ['it drafted no pass that can be used', ...draft.refused].join('; ') };
}

function whyNot(outcome: AgentOutcome | undefined): string {
  return outcome?.status === 'failed' ? outcome.failure.message : 'it was stopped';
}
