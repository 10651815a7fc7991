import {
  type EpochMs,
  type HolderId,
  keepLease,
  NO_TASK_HISTORY,
  resource,
  type Task,
  type TaskId,
} from '@backlog-runner/contracts';
import { attemptTask } from './attempt.ts';
import type { AttemptContext } from './attempt-context.ts';
import { backgroundOf } from './background.ts';
import { claimTask } from './claim-task.ts';
import { deadRuns } from './dead-runs.ts';
import { type Decision, decide } from './decide.ts';
import { landHeld } from './land-held.ts';
import type { Observer } from './observe.ts';
import { recoverRun } from './recover.ts';
import { failTask, settleAttempt } from './settle.ts';
import { SET_ASIDE, type Snapshot } from './snapshot.ts';
import type { Waker } from './waker.ts';

export interface LoopContext extends AttemptContext {
  readonly observer: Observer;
  readonly waker: Waker;
  /** Begins draining as it was asked to. */
  readonly requestDrain: (reason: string) => void;
  readonly restingUntil: Map<TaskId, EpochMs>;
}

type Action = Extract<Decision, { kind: 'start' | 'land-held' | 'fail' }>;

/** After something went wrong with a task outside an attempt, or its landing is held, it is left alone this long. */
const REST_MS = 15_000;

/** Observes, decides and performs until there is nothing more to do or the run drains. Says why it ended. */
export async function loop(context: LoopContext): Promise<string> {
  const { parts, policy, emit, drain, observer, waker, restingUntil } = context;
  const working = new Map<TaskId, Promise<void>>();
  const publish = createPublisher(context);

  const begin = (action: Action, snapshot: Snapshot) => {
    const { id } = action.task;
    const letRest = () => {
      if (restingUntil.get(id) !== SET_ASIDE) restingUntil.set(id, (parts.system.now() + REST_MS) as EpochMs);
    };
    const work = perform(action, snapshot, context)
      .then((rest) => {
        if (rest) letRest();
      })
      .catch(async (error: unknown) => {
        letRest();
        await emit({ type: 'warning', message: `${id}: ${describe(error)}` });
      })
      .catch((error: unknown) => context.halt(`events cannot be recorded: ${describe(error)}`))
      .finally(() => {
        working.delete(id);
        waker.wake();
      });
    working.set(id, work);
  };

  try {
    for (;;) {
      if (drain.aborted) return String(drain.reason);
      await drainInbox(context);
      const snapshot = await observer.observe({ working: new Set(working.keys()), restingUntil });
      await publish(snapshot);
      if (snapshot.history.runs.get(context.run)?.stopRequestedAt !== undefined) {
        context.requestDrain('it was asked to stop');
        continue;
      }
      if (await recoverDeadRuns(snapshot, context)) continue;
      for (const decision of decide(snapshot, policy, parts.workspaces.limit)) {
        if (decision.kind === 'stop') return decision.reason;
        if (decision.kind === 'wait') await waker.sleep(decision.until, drain);
        else begin(decision, snapshot);
      }
    }
  } finally {
    await Promise.all(working.values());
    await publish(await observer.observe({ working: new Set(), restingUntil }));
  }
}

/** Whether anything was recovered, so that the snapshot is out of date. */
async function recoverDeadRuns(snapshot: Snapshot, context: LoopContext): Promise<boolean> {
  let hasRecovered = false;
  for (const dead of deadRuns(snapshot)) {
    try {
      if (await recoverRun(context, dead, snapshot.history)) hasRecovered = true;
    } catch (error) {
      await context.emit({ type: 'warning', message: `cleaning up after the run ${dead.run.run}: ${describe(error)}` });
    }
  }
  return hasRecovered;
}

/** Carries one decision out. Tells whether the task should be left alone for a while. */
async function perform(action: Action, snapshot: Snapshot, context: LoopContext): Promise<boolean> {
  switch (action.kind) {
    case 'start':
      return start(action, snapshot, context);
    case 'land-held':
      return land(action, context);
    case 'fail':
      return fail(action.task, action.reason, context);
  }
}

async function start(
  action: Extract<Action, { kind: 'start' }>,
  snapshot: Snapshot,
  context: LoopContext,
): Promise<boolean> {
  const { task, tryNumber, agent } = action;
  await attemptTask(context, action, backgroundOf(task, snapshot.history), async (ended, lease) => {
    const { providers } = await context.observer.history();
    const providerHistory = providers.get(agent.provider) ?? { pausesInARow: 0 };
    await settleAttempt({ task, ended, tryNumber, provider: agent.provider, providerHistory, lease }, context);
  });
  return false;
}

async function land(action: Extract<Action, { kind: 'land-held' }>, context: LoopContext): Promise<boolean> {
  const { task, attempt } = action;
  await landHeld(context, action, async (ended, lease) => {
    const { providers, tasks } = await context.observer.history();
    const tryNumber = (tasks.get(task.id) ?? NO_TASK_HISTORY).triesUsed + 1;
    const providerHistory = providers.get(attempt.provider) ?? { pausesInARow: 0 };
    await settleAttempt({ task, ended, tryNumber, provider: attempt.provider, providerHistory, lease }, context);
  });
  return true;
}

async function fail(task: Task, reason: string, context: LoopContext): Promise<boolean> {
  const { parts, policy, run, emit } = context;
  const { leases, system } = parts;
  const request = { resources: [resource.task(task.id)], holder: run as string as HolderId, ttlMs: policy.leaseTtlMs };
  const granted = await leases.acquire(request);
  if (!granted) return false;
  const lease = keepLease({ leases, lease: granted, ttlMs: policy.leaseTtlMs, system });
  try {
    if (await claimTask(context, task.id, granted)) await failTask(task, reason, lease, emit, parts);
    return false;
  } finally {
    await lease.end();
  }
}

async function drainInbox({ parts, emit }: LoopContext): Promise<void> {
  const { added, duplicates, rejected } = await parts.inbox.drain();
  for (const { id, title } of added) await emit({ type: 'task.added', task: id, title });
  for (const duplicate of duplicates) await emit({ type: 'inbox.duplicate', ...duplicate });
  for (const line of rejected) await emit({ type: 'inbox.rejected', ...line });
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

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
