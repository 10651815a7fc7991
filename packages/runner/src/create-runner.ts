import type { HolderId, PlanProposal, RunId, Task, TaskId } from '@backlog-runner/contracts';
import { deadRuns } from './dead-runs.ts';
import { describeError } from './describe-error.ts';
import type { Emit } from './emit.ts';
import { loop } from './loop.ts';
import { noteLandings } from './note-landings.ts';
import type { Observer } from './observe.ts';
import { type Life, oneLife } from './one-life.ts';
import { acceptOnce, type OnePass, type OnePlan, passOnce, planOnce } from './one-look.ts';
import type { RunnerParts } from './parts.ts';
import type { AgentChoice, RunnerPolicy } from './policy.ts';
import { reconcileTasks } from './reconcile-tasks.ts';
import { recoverWork, settleUnlessLanding } from './recover.ts';
import { discovererOf, plannerOf } from './route-agent.ts';
import type { RunContext } from './run-context.ts';
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
  /** Lets the planner look once, whatever there is to do, at these tasks or at the next ones. */
  plan(options: {
    readonly tasks?: readonly Task[];
    /** Keep the plan for a person instead of applying it. */
    readonly isForReview: boolean;
    readonly drain: AbortSignal;
  }): Promise<OnePlan>;
  /** Applies a plan that was kept, as long as its tasks are what they were. */
  accept(proposal: PlanProposal, options: { readonly drain: AbortSignal }): Promise<OnePlan>;
  /** Gives a pass its turn, whether or not it is due, and admits what it found. */
  pass(id: string, options: { readonly drain: AbortSignal }): Promise<OnePass>;
}

export interface RunnerIdentity {
  readonly run: RunId;
  readonly version: string;
  readonly host: string;
}

export function createRunner(parts: RunnerParts, rules: RunnerPolicy, identity: RunnerIdentity): Runner {
  const { run } = identity;
  const policy = withinParts(rules, parts);
  const live = { parts, policy, identity, narrate: parts.narrate };
  return {
    run,
    async work({ drain: asked }) {
      const summary = createSummary();
      return oneLife({ ...live, asked, narrate: summary.tellAnd(parts.narrate) }, async (life) => {
        const { reason, setAside } = await workThrough(life);
        return { run, ...summary.read(), setAside, halted: life.isHalted(), reason };
      });
    },
    plan: ({ drain: asked, ...wanted }) => oneLife({ ...live, asked }, (life) => planOnce(life, wanted)),
    accept: (proposal, { drain: asked }) => oneLife({ ...live, asked }, (life) => acceptOnce(life, proposal)),
    pass: (id, { drain: asked }) => oneLife({ ...live, asked }, (life) => passOnce(life, id)),
  };
}

/** Cleans up after others, then works until nothing is left or the run drains. */
async function workThrough(life: Life): Promise<{ readonly reason: string; readonly setAside: readonly TaskId[] }> {
  const { parts, policy, emit, observer, restingUntil } = life;
  const waker = createWaker(parts.system);
  const nudgeForNews = () => {
    // What cannot be read now is read, and reported, by the loop itself.
    observer.hasNews().then((isNew) => isNew && waker.nudge(), waker.nudge);
  };
  const watches = [parts.store.watch(waker.nudge), parts.journal.watch(nudgeForNews)];
  try {
    await endDeadRuns(life, observer);
    await recoverWork(life).catch((error) =>
      emit({ type: 'warning', message: `recovering work: ${describeError(error)}` }),
    );
    await settleUnlessLanding(life);
    await noteLandings(life, await observer.history());
    await reconcileAll(life);
    await checkProviders(parts, policy, emit);
    const reason = await loop({ ...life, waker });
    return {
      reason,
      setAside: [...restingUntil].flatMap(([id, until]) => (until === SET_ASIDE ? [id as TaskId] : [])),
    };
  } finally {
    for (const cancel of watches) cancel();
    waker.end();
    await observer.idle();
  }
}

/** Nothing is planned without a planner. */
function withinParts({ planner, ...policy }: RunnerPolicy, parts: RunnerParts): RunnerPolicy {
  const missing = policy.discovery?.passes.find(({ id }) => !parts.passes?.some((pass) => pass.id === id));
  if (missing) throw new Error(`No pass ${missing.id} was handed to the runner.`);
  return parts.planner && planner ? { ...policy, planner } : policy;
}

/** What a dead run left at work could still finish what is about to be taken back. */
async function endDeadRuns({ run, parts }: RunContext, observer: Observer): Promise<void> {
  const history = await observer.history();
  const leases = await parts.leases.list();
  for (const dead of deadRuns({ run, history, leases })) await parts.endProcesses(dead.run.run);
}

async function reconcileAll({ run, parts, policy, emit }: RunContext): Promise<void> {
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
      if (entry.type === 'plan.ended' && entry.outcome.status === 'landed') {
        for (const task of entry.outcome.superseded) failed.delete(task);
      }
      if (entry.type === 'task.landed') {
        held.delete(entry.task);
        landed.add(entry.task);
      }
      narrate(entry);
    },
    read: () => ({ landed: [...landed], failed: [...failed], held: [...held] }),
  };
}
