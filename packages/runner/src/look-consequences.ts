import type { History, PassOutcome, PlanOutcome } from '@backlog-runner/contracts';
import { type Consequences, consequencesOf } from './consequences.ts';
import type { Emit } from './emit.ts';
import type { RunContext } from './run-context.ts';

/** What follows from how a look ended, for its try or turn and for the provider that was asked. */
export interface LookConsequences extends Pick<Consequences, 'counts' | 'pauseUntil' | 'stopProvider'> {
  /** Why the provider rests. */
  readonly reason: string;
}

/** As for an attempt: a provider that has to rest, or cannot run, is no fault of what was looked for. */
export async function consequencesOfLook(
  outcome: PlanOutcome | PassOutcome,
  provider: string | undefined,
  { parts, policy }: RunContext,
  past: () => Promise<History>,
): Promise<LookConsequences> {
  if (outcome.status !== 'agent-failed') return { counts: COUNTS.has(outcome.status), reason: '' };
  const { message: reason } = outcome.failure;
  if (provider === undefined) return { counts: true, reason };
  const { providers } = await past();
  const end = {
    result: outcome,
    tryNumber: 1,
    provider,
    providerHistory: providers.get(provider) ?? { pausesInARow: 0 },
    now: parts.system.now(),
    jitter: parts.system.random(),
  };
  return { ...consequencesOf(end, policy), reason };
}

/** A try of the planner that came to nothing, a turn of a pass that came to an end. */
const COUNTS: ReadonlySet<string> = new Set<(PlanOutcome | PassOutcome)['status']>([
  'refused',
  'inconclusive',
  'found',
]);

/** Records that nothing more is started with a provider, for now or in this run. */
export async function tellOfProvider(
  { pauseUntil, stopProvider, reason }: Omit<LookConsequences, 'counts'>,
  provider: string | undefined,
  emit: Emit,
): Promise<void> {
  if (provider === undefined) return;
  if (pauseUntil !== undefined) await emit({ type: 'provider.paused', provider, until: pauseUntil, reason });
  if (stopProvider) await emit({ type: 'provider.stopped', provider, ...stopProvider });
}
