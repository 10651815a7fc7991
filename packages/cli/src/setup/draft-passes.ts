import type { AgentOutcome, AgentProvider, RunId, System } from '@backlog-runner/contracts';
import { checkDraft, type DraftFacts, draftQuestion } from '@backlog-runner/discovery';
import type { RoleChoice } from '../resolve-agents.ts';
import type { ProposedPass } from './proposal.ts';

export interface DraftOptions {
  /** The agent for discovery. */
  readonly agent: RoleChoice<AgentProvider>;
  readonly facts: DraftFacts;
  /** The project directory. */
  readonly directory: string;
  readonly system: System;
  readonly signal: AbortSignal;
  /** What of the repository must be the same before and after: the agent only reads. */
  readonly fingerprint: () => Promise<string>;
}

export interface Draft {
  readonly passes: readonly ProposedPass[];
  readonly ignored: readonly { readonly id: string; readonly reason: string }[];
}

const MINUTE = 60_000;
const LIMITS = { idleMs: 5 * MINUTE, totalMs: 20 * MINUTE, toolMs: 5 * MINUTE };
/** How often a drafted pass looks, and how much it may propose, until a person says otherwise. */
const USUAL = { every: '7d', maxCandidates: 5, because: 'drafted by an agent' } as const;

/** Has an agent draft passes; or why there is no draft. */
export async function draftPasses(options: DraftOptions): Promise<Draft | { readonly failure: string }> {
  const { agent, facts, directory, system, signal, fingerprint } = options;
  const { provider, model } = agent;
  const health = await provider.check({ signal });
  if (health.status !== 'ready') return { failure: `${health.message} ${health.hint}` };
  const before = await fingerprint();
  const { instructions, prompt, outputSchema } = draftQuestion(facts);
  const request = {
    ...{ instructions, prompt, outputSchema, directory },
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
  const draft = checkDraft(outcome.output, facts);
  if ('reason' in draft) return { failure: draft.reason };
  const ignored = draft.ignored.map(({ id, reason }) => ({ id, reason }));
  return { passes: draft.added.map((pass) => ({ ...USUAL, ...pass })), ignored };
}

function whyNot(outcome: AgentOutcome | undefined): string {
  return outcome?.status === 'failed' ? outcome.failure.message : 'it was stopped';
}
