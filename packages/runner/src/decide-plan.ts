import {
  compareTasks,
  type EpochMs,
  type InquiryId,
  type PlanProposal,
  questionOf,
  resource,
  type Task,
  type TaskId,
} from '@backlog-runner/contracts';
import { growingPause } from './growing-pause.ts';
import type { LookDecision, Looks } from './look-decision.ts';
import { heldPlanKey, PLANNING } from './look-key.ts';
import type { PlannerPolicy, RunnerPolicy } from './policy.ts';
import { plannerOf } from './route-agent.ts';
import type { Snapshot } from './snapshot.ts';

/** Whether the planner may look at a task. */
export type PlanStanding =
  | { readonly status: 'open' }
  /** It has done what it may: a person must. */
  | { readonly status: 'left'; readonly reason: string }
  /** A plan for it waits for the user's checkout, or for a person to accept it. */
  | { readonly status: 'has-plan'; readonly inquiry: InquiryId }
  /** Neither vague nor failed. */
  | { readonly status: 'none' };

/** What the planner does now, and when it may do more by itself. */
export function decidePlan(
  snapshot: Snapshot,
  policy: RunnerPolicy,
  ready: number,
  pausedUntil: (provider: string) => EpochMs | 'stopped' | undefined,
): Looks {
  const { planner } = policy;
  if (!planner || policy.only) return { now: [], later: [] };
  const { now } = snapshot;
  const held = [...snapshot.history.planner.held.values()].map(({ proposal }) =>
    decideHeld(proposal, snapshot, policy),
  );
  const standings = planStandings(snapshot, planner);
  const left = standings.flatMap(({ task, standing }) => leave(task, standing, snapshot));
  const open = standings.filter(({ standing }) => standing.status === 'open').map(({ task }) => task);
  const batch = nextBatch(open, snapshot, planner, ready, pausedUntil(plannerOf(policy).provider));
  const restedUntil = snapshot.restingUntil.get(PLANNING) ?? 0;
  const looks = [...held, batch.now.length > 0 && restedUntil > now ? later(restedUntil as EpochMs) : batch];
  return { now: [...left, ...looks.flatMap((look) => look.now)], later: looks.flatMap((look) => look.later) };
}

function later(...at: readonly (EpochMs | undefined)[]): Looks {
  return { now: [], later: at };
}

function nextBatch(
  open: readonly Task[],
  { history, leases, looking, now }: Snapshot,
  { readyMark, batch, pause }: PlannerPolicy,
  ready: number,
  providerRests: EpochMs | 'stopped' | undefined,
): Looks {
  if (open.length === 0 || ready >= readyMark || providerRests === 'stopped') return later();
  if (looking.has(PLANNING)) return later(undefined);
  const { fruitlessInARow, endedAt } = history.planner;
  const rests = fruitlessInARow > 0 && endedAt !== undefined ? endedAt + growingPause(pause, fruitlessInARow - 1) : 0;
  const until = Math.max(rests, providerRests ?? 0);
  if (until > now) return later(until as EpochMs);
  const holderOf = ({ id }: Task) => leases.find(({ resources }) => resources.includes(resource.task(id)));
  const free = open.filter((task) => !holderOf(task));
  if (free.length === 0) return later(...open.flatMap((task) => holderOf(task)?.expiresAt ?? []));
  return { now: [{ kind: 'plan', tasks: free.slice(0, batch) }], later: [undefined] };
}

/**
 * A held plan is watched by one runner, for as long as that lives; with `once` it is tried once more and left to the user.
 */
function decideHeld(
  proposal: PlanProposal,
  { run, history, restingUntil, leases, looking, now }: Snapshot,
  { once }: RunnerPolicy,
): Looks {
  const watcher = history.inquiries.get(proposal.inquiry)?.run;
  if (watcher !== undefined && watcher !== run) {
    const presence = leases.find(({ resources }) => resources.includes(resource.runner(watcher)));
    return presence && once ? later() : later(presence?.expiresAt);
  }
  const rested = restingUntil.get(heldPlanKey(proposal.inquiry));
  if (looking.has(heldPlanKey(proposal.inquiry))) return later(undefined);
  if (once && rested !== undefined) return later();
  if ((rested ?? 0) > now) return later(rested);
  const keys = proposal.parents.map(({ id }) => resource.task(id));
  const taken = leases.find(({ resources }) => resources.some((key) => keys.includes(key)));
  return taken ? later(taken.expiresAt) : { now: [{ kind: 'land-plan', proposal }], later: [undefined] };
}

/** Tells once that the planner has given a vague task up. A failed one says so itself. */
function leave(task: Task, standing: PlanStanding, { history }: Snapshot): readonly LookDecision[] {
  if (standing.status !== 'left' || task.state !== 'planned') return [];
  const past = history.planner.parents.get(task.id);
  const question = questionOf(task);
  if (past?.left !== undefined && past.question === question) return [];
  return [{ kind: 'leave', task, question, reason: standing.reason }];
}

/** The tasks that are vague or failed, in the order in which they are planned. */
export function planStandings(
  { backlog, history }: Pick<Snapshot, 'backlog' | 'history'>,
  planner: PlannerPolicy,
): readonly { readonly task: Task; readonly standing: PlanStanding }[] {
  const depthOf = depths(backlog.tasks);
  const withPlan = tasksWithPlan(history);
  return backlog.tasks
    .filter(({ state }) => state === 'planned' || state === 'failed')
    .sort(compareTasks)
    .map((task) => {
      const inquiry = withPlan.get(task.id);
      if (inquiry !== undefined) return { task, standing: { status: 'has-plan', inquiry } };
      return { task, standing: standingOf(task, history, planner, depthOf(task.id)) };
    });
}

/** Whose plan is held, or was being written when its runner died. */
function tasksWithPlan({ planner, inquiries }: Snapshot['history']): ReadonlyMap<TaskId, InquiryId> {
  const held = [...planner.held.values()].map(({ proposal: { inquiry, parents } }) => ({
    inquiry,
    parents: parents.map(({ id }) => id),
  }));
  const written = [...inquiries.values()].flatMap(({ inquiry, writing }) =>
    writing ? [{ inquiry, parents: writing.supersedes.map(({ parent }) => parent) }] : [],
  );
  return new Map([...held, ...written].flatMap(({ inquiry, parents }) => parents.map((id) => [id, inquiry] as const)));
}

function standingOf(
  task: Task,
  { planner, tasks }: Snapshot['history'],
  { maxTries, maxDepth }: PlannerPolicy,
  depth: number,
): PlanStanding {
  if (depth >= maxDepth) return { status: 'left', reason: `it came of ${depth} plans in a row, and that is the limit` };
  const past = planner.parents.get(task.id);
  if (past?.question !== questionOf(task)) return { status: 'open' };
  if (past.proposed !== undefined) return { status: 'has-plan', inquiry: past.proposed };
  const last = past.reasons.at(-1) ?? 'no reason is recorded';
  if (task.state === 'failed') {
    const failedAt = tasks.get(task.id)?.failed?.at ?? 0;
    const isTried = past.triedAt !== undefined && past.triedAt >= failedAt;
    return isTried ? { status: 'left', reason: `a plan for it came to nothing: ${last}` } : { status: 'open' };
  }
  return past.tries < maxTries
    ? { status: 'open' }
    : { status: 'left', reason: `${past.tries} plans for it came to nothing, the last because: ${last}` };
}

/** How many plans in a row a task came of. */
function depths(tasks: readonly Task[]): (id: TaskId) => number {
  const planned = new Set(tasks.filter(({ source }) => source.type === 'planner-pass').map(({ id }) => id));
  const parentsOf = new Map<TaskId, TaskId[]>();
  for (const { id, supersededBy = [] } of tasks) {
    for (const child of supersededBy) {
      if (planned.has(child)) parentsOf.set(child, [...(parentsOf.get(child) ?? []), id]);
    }
  }
  return (id) => {
    const seen = new Set([id]);
    let depth = -1;
    for (let level = [id]; level.length > 0; depth += 1) {
      level = level.flatMap((child) => parentsOf.get(child) ?? []).filter((parent) => !seen.has(parent));
      for (const parent of level) seen.add(parent);
    }
    return depth;
  };
}
