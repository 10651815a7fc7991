import {
  type HolderId,
  type KeptLease,
  keepLease,
  type Lease,
  type RunId,
  resource,
  type TaskId,
} from '@backlog-runner/contracts';
import { createEmit, type Emit } from './emit.ts';
import { loop } from './loop.ts';
import { createObserver } from './observe.ts';
import type { RunnerParts } from './parts.ts';
import type { RunnerPolicy } from './policy.ts';
import { createWaker } from './waker.ts';

export interface RunSummary {
  readonly run: RunId;
  readonly landed: readonly TaskId[];
  readonly failed: readonly TaskId[];
  readonly held: readonly TaskId[];
  /** Why it ended, as a sentence. */
  readonly reason: string;
}

export interface Runner {
  readonly run: RunId;
  /**
   * Works until nothing can move (`policy.once`) or until `drain` is aborted: then agents are stopped, their work is
   * kept, leases are released. Resolves when nothing of this run is left. May be called once.
   */
  work(options: { readonly drain: AbortSignal }): Promise<RunSummary>;
}

export interface RunnerIdentity {
  readonly run: RunId;
  readonly version: string;
  readonly host: string;
}

export function createRunner(parts: RunnerParts, policy: RunnerPolicy, identity: RunnerIdentity): Runner {
  const { run, version, host } = identity;
  return {
    run,
    async work({ drain: asked }) {
      const summary = createSummary();
      const emit = createEmit({ ...parts, narrate: summary.tellAnd(parts.narrate) });
      const drain = new AbortController();
      const requestDrain = (reason: string) => drain.abort(reason);
      const onAsked = () => requestDrain('it was stopped');
      asked.addEventListener('abort', onAsked, { once: true });
      if (asked.aborted) onAsked();
      const observer = createObserver(parts, run);
      const waker = createWaker(parts.system);
      const presence = keepPresence(parts, policy, run);
      const watches = [parts.store.watch(waker.nudge), parts.journal.watch(waker.nudge)];
      let reason = 'it broke';
      try {
        await emit({ type: 'run.started', version, workers: policy.workers, branch: parts.landing.branch, host });
        await checkProviders(parts, policy, emit);
        reason = await loop({ run, parts, policy, emit, drain: drain.signal, observer, waker, requestDrain });
        return { run, ...summary.read(), reason };
      } finally {
        for (const cancel of watches) cancel();
        waker.end();
        asked.removeEventListener('abort', onAsked);
        await emit({ type: 'run.ended', reason }).finally(() => presence.end());
      }
    },
  };
}

/** Finds out before any agent is paid which of the agents the policy names can run. */
async function checkProviders({ providers }: RunnerParts, { agents }: RunnerPolicy, emit: Emit): Promise<void> {
  const used = new Set([agents.ui.provider, agents.code.provider]);
  for (const id of used) {
    const provider = providers.get(id);
    if (!provider) throw new Error(`No provider ${id} was handed to the runner.`);
    const health = await provider.check();
    if (health.status === 'ready') continue;
    await emit({
      type: 'provider.stopped',
      provider: id,
      reason: health.status,
      message: health.message,
      hint: health.hint,
    });
  }
}

/** Holds the lease by which others see that this runner lives, and takes it again when a long sleep has lost it. */
function keepPresence(
  { leases, system }: RunnerParts,
  { leaseTtlMs }: RunnerPolicy,
  run: RunId,
): { end(): Promise<void> } {
  const request = { resources: [resource.runner(run)], holder: run as string as HolderId, ttlMs: leaseTtlMs };
  let ended = false;
  let kept: Promise<KeptLease | undefined>;
  const hold = async (): Promise<KeptLease | undefined> => {
    const lease: Lease | undefined = await leases.acquire(request).catch(() => undefined);
    if (!lease) return undefined;
    const held = keepLease({ leases, lease, ttlMs: leaseTtlMs, system });
    held.signal.addEventListener('abort', () => {
      if (!ended) kept = hold();
    });
    return held;
  };
  kept = hold();
  return {
    async end() {
      ended = true;
      await (await kept)?.end();
    },
  };
}

type Narrate = RunnerParts['narrate'];

/** Counts what came of the run from its own events. */
function createSummary(): {
  tellAnd(narrate: Narrate): Narrate;
  read(): Pick<RunSummary, 'landed' | 'failed' | 'held'>;
} {
  const landed = new Set<TaskId>();
  const failed = new Set<TaskId>();
  const held = new Set<TaskId>();
  return {
    tellAnd: (narrate) => (entry) => {
      if (entry.type === 'attempt.ended' && entry.result.status === 'held') held.add(entry.task);
      if (entry.type === 'task.failed') failed.add(entry.task);
      if (entry.type === 'task.landed') {
        held.delete(entry.task);
        landed.add(entry.task);
      }
      narrate(entry);
    },
    read: () => ({ landed: [...landed], failed: [...failed], held: [...held] }),
  };
}
