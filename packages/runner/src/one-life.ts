import type { EpochMs, JournalEntry, TaskId } from '@backlog-runner/contracts';
import type { RunnerIdentity } from './create-runner.ts';
import { createDraining, type Draining } from './draining.ts';
import { createEmit } from './emit.ts';
import { keepPresence, type Presence } from './keep-presence.ts';
import { createObserver, type Observer } from './observe.ts';
import type { RunnerParts } from './parts.ts';
import type { RunnerPolicy } from './policy.ts';
import type { RunContext } from './run-context.ts';
import { SET_ASIDE } from './snapshot.ts';

/** A run while it lasts. */
export interface Life extends RunContext {
  readonly observer: Observer;
  /** Begins draining. */
  readonly requestDrain: Draining['requestDrain'];
  readonly restingUntil: Map<string, EpochMs>;
  readonly mayJudge: Presence['mayJudge'];
  /** Whether it is to end because only a person can put something right. */
  readonly isHalted: Draining['isHalted'];
}

export interface LifeOptions {
  readonly parts: RunnerParts;
  readonly policy: RunnerPolicy;
  readonly identity: RunnerIdentity;
  /** Aborted when somebody asks it to stop. */
  readonly asked: AbortSignal;
  readonly narrate: (entry: JournalEntry) => void;
}

/** Does something as a run of its own: present, recorded from its start to its end, and gone without a trace. */
export async function oneLife<Result extends { readonly reason: string }>(
  { parts, policy, identity, asked, narrate }: LifeOptions,
  action: (life: Life) => Promise<Result>,
): Promise<Result> {
  const { run, version, host } = identity;
  const emit = createEmit({ ...parts, narrate });
  const restingUntil = new Map<string, EpochMs>();
  const setAside = (task: TaskId) => void restingUntil.set(task, SET_ASIDE);
  const observer = createObserver(parts, run);
  // Before anything is recorded of this run: a run without presence would be taken for dead.
  const presence = await keepPresence(parts, policy, run);
  const { end: stopListening, ...draining } = createDraining(asked);
  let reason = 'it broke';
  try {
    await emit({ type: 'run.started', version, workers: policy.workers, branch: parts.landing.branch, host });
    const { mayJudge } = presence;
    const context = { run, parts, policy, emit, setAside, ...draining };
    const result = await action({ ...context, observer, restingUntil, mayJudge });
    reason = result.reason;
    return result;
  } finally {
    stopListening();
    await emit({ type: 'run.ended', reason }).finally(() => presence.end());
  }
}
