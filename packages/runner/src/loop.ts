import { awaitedBy, type EpochMs, NO_TASK_HISTORY, resource, type Task } from '@backlog-runner/contracts';
import { attemptTask } from './attempt-task.ts';
import { backgroundOf } from './background.ts';
import { claimTask } from './claim-task.ts';
import { type DeadRun, deadRuns } from './dead-runs.ts';
import { type Decision, decide } from './decide.ts';
import { describeError } from './describe-error.ts';
import { drainInbox } from './drain-inbox.ts';
import { failTask } from './fail-task.ts';
import { holding } from './holding.ts';
import { landHeld } from './land-held.ts';
import { landHeldPlan, leaveHeldPlans } from './land-held-plan.ts';
import { heldPlanKey, PLANNING, passKey } from './look-key.ts';
import type { Life } from './one-life.ts';
import { recordEnd } from './record-end.ts';
import { recoverRun } from './recover.ts';
import { runPass } from './run-pass.ts';
import { runPlan } from './run-plan.ts';
import { REST_MS } from './see-through.ts';
import type { Snapshot } from './snapshot.ts';
import { createUnderWay, type UnderWay } from './under-way.ts';
import type { Waker } from './waker.ts';

export interface LoopContext extends Life {
  readonly waker: Waker;
}

type Work = Extract<Decision, { kind: 'start' | 'land-held' | 'close' | 'fail' }>;
type Wait = Extract<Decision, { kind: 'wait' }>;
type Look = Extract<Decision, { kind: 'plan' | 'land-plan' | 'pass' }>;

/** Observes, decides and carries out until there is nothing more to do or the run drains. Says why it ended. */
export async function loop(context: LoopContext): Promise<string> {
  const { parts, policy, emit, drain, observer, waker, restingUntil } = context;
  const underWay = createUnderWay(context, waker);
  const publish = createPublisher(context);
  try {
    for (;;) {
      if (drain.aborted) return String(drain.reason);
      await drainInbox(parts, policy.discovery, observer.history, emit);
      waker.looking();
      const snapshot = await observer.observe({ ...underWay.now(), restingUntil });
      await publish(snapshot);
      if (isAskedToStop(snapshot)) {
        context.requestDrain('it was asked to stop');
        continue;
      }
      const dead = deadRuns(snapshot);
      if (await recoverDeadRuns(dead, snapshot, context)) continue;
      for (const decision of decide(snapshot, policy, parts.workspaces.limit)) {
        if (decision.kind === 'stop') return decision.reason;
        await carryOut(dead.length > 0 ? lookingAgain(decision, snapshot) : decision, snapshot, underWay, context);
      }
    }
  } finally {
    await underWay.ended();
    await leaveHeldPlans(context, await observer.history());
    await publish(await observer.observe({ ...underWay.now(), restingUntil }));
  }
}

function isAskedToStop({ history, run }: Snapshot): boolean {
  return history.runs.get(run)?.stopRequestedAt !== undefined;
}

async function carryOut(
  decision: Exclude<Decision, { kind: 'stop' }>,
  snapshot: Snapshot,
  underWay: UnderWay,
  context: LoopContext,
): Promise<void> {
  const { waker, drain } = context;
  switch (decision.kind) {
    case 'wait':
      return waker.sleep(decision.until, drain);
    case 'leave':
      await leave(decision, context);
      return waker.wake();
    case 'plan':
    case 'land-plan':
    case 'pass':
      return underWay.look(keyOf(decision), () => look(decision, snapshot, context));
    default:
      return underWay.work(decision.task.id, () => work(decision, snapshot, context));
  }
}

function keyOf(decision: Look): string {
  if (decision.kind === 'plan') return PLANNING;
  return decision.kind === 'pass' ? passKey(decision.pass.id) : heldPlanKey(decision.proposal.inquiry);
}

/** Takes one look. Tells whether it should be left alone for a while. */
async function look(decision: Look, { backlog, history }: Snapshot, context: LoopContext): Promise<boolean> {
  const past = context.observer.history;
  const known = backlog.tasks;
  switch (decision.kind) {
    case 'plan':
      return !(await runPlan(context, { tasks: decision.tasks, known, history, isForReview: false }, past));
    case 'pass':
      return !(await runPass(context, decision.pass, known, past));
    case 'land-plan':
      await landHeldPlan(context, decision.proposal, past);
      return true;
  }
}

async function leave(
  { task, question, reason }: Extract<Decision, { kind: 'leave' }>,
  { emit }: LoopContext,
): Promise<void> {
  await emit({ type: 'plan.left', task: task.id, question, reason });
}

/** Whether anything was recovered, so that the snapshot is out of date. Whoever was taken for dead has a while to show otherwise. */
async function recoverDeadRuns(runs: readonly DeadRun[], snapshot: Snapshot, context: LoopContext): Promise<boolean> {
  const { emit, restingUntil, mayJudge } = context;
  if (!mayJudge(snapshot.leases)) return false;
  let hasRecovered = false;
  for (const dead of runs) {
    const key = resource.recovery(dead.run.run);
    if ((restingUntil.get(key) ?? 0) > snapshot.now) continue;
    try {
      if (!(await recoverRun(context, dead, snapshot.history))) continue;
      hasRecovered = true;
    } catch (error) {
      await emit({ type: 'warning', message: `cleaning up after the run ${dead.run.run}: ${describeError(error)}` });
    }
    restingUntil.set(key, (snapshot.now + REST_MS) as EpochMs);
  }
  return hasRecovered;
}

/** Cleaning up after a dead run failed, or is left to another runner, who may die of it: nothing else would tell. */
function lookingAgain<Made extends Decision>(decision: Made, { now }: Snapshot): Made | Wait {
  if (decision.kind !== 'wait') return decision;
  return { kind: 'wait', until: Math.min(decision.until ?? Number.POSITIVE_INFINITY, now + REST_MS) as EpochMs };
}

/** Works on one task. Tells whether it should be left alone for a while. */
async function work(decision: Work, snapshot: Snapshot, context: LoopContext): Promise<boolean> {
  switch (decision.kind) {
    case 'start':
      return start(decision, snapshot, context);
    case 'land-held':
      return land(decision, context);
    case 'close':
      return close(decision, context);
    case 'fail':
      return fail(decision.task, decision.reason, context);
  }
}

async function start(
  decision: Extract<Work, { kind: 'start' }>,
  snapshot: Snapshot,
  context: LoopContext,
): Promise<boolean> {
  const { task, tryNumber, agent } = decision;
  const tasks = new Map(snapshot.backlog.tasks.map((each) => [each.id, each]));
  const background = backgroundOf(task, snapshot.history, awaitedBy(task, tasks));
  await attemptTask(context, decision, background, async (ended, lease) => {
    const { providers } = await context.observer.history();
    const providerHistory = providers.get(agent.provider) ?? { pausesInARow: 0 };
    await recordEnd({ task, ended, tryNumber, provider: agent.provider, providerHistory, lease }, context);
  });
  return false;
}

async function land(decision: Extract<Work, { kind: 'land-held' }>, context: LoopContext): Promise<boolean> {
  const { task, attempt } = decision;
  await landHeld(context, decision, async (ended, lease) => {
    const { providers, tasks } = await context.observer.history();
    const tryNumber = (tasks.get(task.id) ?? NO_TASK_HISTORY).triesUsed + 1;
    const providerHistory = providers.get(attempt.provider) ?? { pausesInARow: 0 };
    await recordEnd({ task, ended, tryNumber, provider: attempt.provider, providerHistory, lease }, context);
  });
  return true;
}

/** It counts: else it would be repeated without end. */
async function close({ task, attempt }: Extract<Work, { kind: 'close' }>, { emit }: LoopContext): Promise<boolean> {
  const result = { status: 'inconclusive', reason: 'its end could not be recorded' } as const;
  await emit({ type: 'attempt.ended', attempt: attempt.attempt, task: task.id, result, counts: true });
  return false;
}

async function fail(task: Task, reason: string, context: LoopContext): Promise<boolean> {
  const { parts, policy, emit, observer } = context;
  await holding([resource.task(task.id)], context, async (lease) => {
    const { tasks } = await observer.history();
    if ((tasks.get(task.id) ?? NO_TASK_HISTORY).triesUsed < policy.maxTries) return;
    if (await claimTask(context, task.id, lease.current)) await failTask(task, reason, lease, emit, parts);
  });
  return task.state === 'failed';
}

/** Publishes the report whenever its text changed. */
function createPublisher({ parts }: LoopContext): (snapshot: Snapshot) => Promise<void> {
  let published: string | undefined;
  return async (snapshot) => {
    const report = parts.reporter.render(snapshot);
    if (report === published) return;
    await parts.publish(report);
    published = report;
  };
}
