import type { EpochMs, HolderId, RunId, TaskId } from '@backlog-runner/contracts';
import type { AttemptContext } from './attempt-context.ts';
import { deadRuns } from './dead-runs.ts';
import { createEmit, type Emit } from './emit.ts';
import { keepPresence } from './keep-presence.ts';
import { loop } from './loop.ts';
import { createObserver, type Observer } from './observe.ts';
import type { RunnerParts } from './parts.ts';
import type { AgentChoice, RunnerPolicy } from './policy.ts';
import { reconcileTasks } from './reconcile-tasks.ts';
import { recoverWork, settleUnlessLanding } from './recover.ts';
import { discovererOf, plannerOf } from './route-agent.ts';
import { SET_ASIDE } from './snapshot.ts';
import { createWaker } from './waker.ts';

export interface RunSummary {
  readonly run: RunId;
  readonly landed: readonly TaskId[];
  readonly failed: readonly TaskId[];
  readonly held: readonly TaskId[];
  /** Left alone, because only a person can remove what is in the way. The warnings say what to type. */
  readonly setAside: readonly TaskId[];
  /** Whether it ended early, because only a person can put something right. */
  readonly halted: boolean;
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

export function createRunner(parts: RunnerParts, rules: RunnerPolicy, identity: RunnerIdentity): Runner {
  const { run, version, host } = identity;
  const policy = withinParts(rules, parts);
  return {
    run,
    async work({ drain: asked }) {
      const summary = createSummary();
      const emit = createEmit({ ...parts, narrate: summary.tellAnd(parts.narrate) });
      const drain = new AbortController();
      const requestDrain = (reason: string) => drain.abort(reason);
      let halted = false;
      const halt = (reason: string) => {
        halted = true;
        requestDrain(reason);
      };
      const restingUntil = new Map<string, EpochMs>();
      const setAside = (task: TaskId) => void restingUntil.set(task, SET_ASIDE);
      const onAsked = () => requestDrain('it was stopped');
      asked.addEventListener('abort', onAsked, { once: true });
      if (asked.aborted) onAsked();
      const observer = createObserver(parts, run);
      const waker = createWaker(parts.system);
      // Before anything is recorded of this run: a run without presence would be taken for dead.
      const presence = await keepPresence(parts, policy, run);
      const nudgeForNews = () => {
        // What cannot be read now is read, and reported, by the loop itself.
        observer.hasNews().then((isNew) => isNew && waker.nudge(), waker.nudge);
      };
      const watches = [parts.store.watch(waker.nudge), parts.journal.watch(nudgeForNews)];
      let reason = 'it broke';
      try {
        await emit({ type: 'run.started', version, workers: policy.workers, branch: parts.landing.branch, host });
        const context = { run, parts, policy, emit, drain: drain.signal, halt, setAside };
        await endDeadRuns(context, observer);
        await recoverWork(context).catch((error) =>
          emit({ type: 'warning', message: `recovering work: ${describe(error)}` }),
        );
        await settleUnlessLanding(context);
        await reconcileAll(context);
        await checkProviders(parts, policy, emit);
        reason = await loop({ ...context, observer, waker, requestDrain, restingUntil });
        const aside = [...restingUntil].flatMap(([task, until]) => (until === SET_ASIDE ? [task as TaskId] : []));
        return { run, ...summary.read(), setAside: aside, halted, reason };
      } finally {
        for (const cancel of watches) cancel();
        waker.end();
        asked.removeEventListener('abort', onAsked);
        await emit({ type: 'run.ended', reason }).finally(() => presence.end());
      }
    },
  };
}

/** Nothing is planned without a planner. */
function withinParts({ planner, ...policy }: RunnerPolicy, parts: RunnerParts): RunnerPolicy {
  const missing = policy.discovery?.passes.find(({ id }) => !parts.passes?.some((pass) => pass.id === id));
  if (missing) throw new Error(`No pass ${missing.id} was handed to the runner.`);
  return parts.planner && planner ? { ...policy, planner } : policy;
}

/** What a dead run left at work could still finish what is about to be taken back. */
async function endDeadRuns({ run, parts }: AttemptContext, observer: Observer): Promise<void> {
  const history = await observer.history();
  const leases = await parts.leases.list();
  for (const dead of deadRuns({ run, history, leases })) await parts.endProcesses(dead.run.run);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function reconcileAll({ run, parts, policy, emit }: AttemptContext): Promise<void> {
  const holder = run as string as HolderId;
  for (const { task, patch, reason } of await reconcileTasks({ ...parts, holder, leaseTtlMs: policy.leaseTtlMs })) {
    await emit({ type: 'warning', message: `${task.id} is marked as ${patch.state}: ${reason}` });
  }
}

/** Finds out before any agent is paid which of the agents the policy names can run. */
async function checkProviders(parts: RunnerParts, policy: RunnerPolicy, emit: Emit): Promise<void> {
  const { providers } = parts;
  const used = new Set(
    [policy.agents.ui, policy.agents.code, ...lookers(parts, policy)].map(({ provider }) => provider),
  );
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

/** Whom planner and passes ask. */
function lookers({ passes = [] }: RunnerParts, policy: RunnerPolicy): readonly AgentChoice[] {
  const asking = (policy.discovery?.passes ?? []).filter(({ id }) =>
    passes.some((pass) => pass.id === id && pass.asksAgent),
  );
  return [...(policy.planner ? [plannerOf(policy)] : []), ...asking.map((pass) => discovererOf(pass, policy))];
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
