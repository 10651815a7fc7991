import { cycleThrough, nearCycles } from './dependency-cycle.ts';
import type { History, TaskHistory } from './history.ts';
import type { EpochMs, TaskId } from './ids.ts';
import type { Lease } from './lease-manager.ts';
import { type ResourceKey, resource, resourcesConflict, resourcesOf } from './resource.ts';
import type { TaskOutline, TaskState } from './task.ts';

/** Why a task that is `ready` cannot run. */
export type BlockReason =
  | { readonly kind: 'dependency-unfinished'; readonly task: TaskId; readonly state: TaskState }
  | { readonly kind: 'dependency-missing'; readonly task: TaskId }
  | { readonly kind: 'dependency-failed'; readonly task: TaskId }
  | { readonly kind: 'dependency-superseded'; readonly task: TaskId }
  /** The tasks that wait for each other, in order; the last waits for the first. */
  | { readonly kind: 'dependency-cycle'; readonly tasks: readonly TaskId[] }
  | { readonly kind: 'landing-held'; readonly reason: string; readonly paths: readonly string[] }
  | { readonly kind: 'resource-taken'; readonly resource: ResourceKey; readonly by?: TaskId }
  | { readonly kind: 'provider-paused'; readonly provider: string; readonly until: EpochMs; readonly reason: string }
  | { readonly kind: 'provider-stopped'; readonly provider: string; readonly message: string; readonly hint: string };

/** What a task is doing now: its stored state, or what is derived from it. */
export type Standing =
  | { readonly status: 'runnable' }
  | { readonly status: 'running'; readonly lease: Lease }
  | { readonly status: 'blocked'; readonly reasons: readonly BlockReason[] }
  | { readonly status: 'deferred'; readonly until: EpochMs; readonly reason: string }
  | { readonly status: Exclude<TaskState, 'ready'> };

/** What standings are derived from. */
export interface Situation {
  readonly tasks: ReadonlyMap<TaskId, TaskOutline>;
  readonly history: History;
  readonly leases: readonly Lease[];
  readonly now: EpochMs;
}

/** Where a task stands. Every wait has a reason; nothing waits silently. */
export function standingOf(task: TaskOutline, situation: Situation): Standing {
  return stand(task, situation, (id) => cycleThrough(id, situation.tasks));
}

/** Where every task stands: what {@link standingOf} says of each, for the price of one look at all dependencies. */
export function standingsOf(situation: Situation): ReadonlyMap<TaskId, Standing> {
  const judge = standingJudge(situation);
  return new Map(Array.from(situation.tasks, ([id, task]) => [id, judge(task)]));
}

/** The same, task by task, for whoever looks at each once and keeps none. */
export function standingJudge(situation: Situation): (task: TaskOutline) => Standing {
  const { tasks } = situation;
  const suspects = nearCycles(tasks);
  const cycleOf = (id: TaskId) => (suspects.has(id) ? cycleThrough(id, tasks) : undefined);
  return (task) => stand(task, situation, cycleOf);
}

type CycleOf = (id: TaskId) => readonly TaskId[] | undefined;

const NONE: readonly BlockReason[] = [];
const RUNNABLE: Standing = { status: 'runnable' };
const ENDED = {
  planned: { status: 'planned' },
  done: { status: 'done' },
  failed: { status: 'failed' },
  superseded: { status: 'superseded' },
} as const;

function stand(task: TaskOutline, situation: Situation, cycleOf: CycleOf): Standing {
  if (task.state !== 'ready') return ENDED[task.state];
  const { tasks, history, leases, now } = situation;
  const own = leaseOf(task, leases);
  if (own) return { status: 'running', lease: own };
  const past = history.tasks.get(task.id);
  const held = past ? heldLanding(past) : NONE;
  const waiting = dependencyReasons(task, tasks, cycleOf);
  if (held.length + waiting.length > 0) return { status: 'blocked', reasons: [...held, ...waiting] };
  const deferred = past?.deferred;
  if (deferred && deferred.until > now) return { status: 'deferred', ...deferred };
  const taken = takenResources(task, leases);
  return taken.length > 0 ? { status: 'blocked', reasons: taken } : RUNNABLE;
}

function leaseOf({ id }: TaskOutline, leases: readonly Lease[]): Lease | undefined {
  if (leases.length === 0) return undefined;
  const key = resource.task(id);
  return leases.find(({ resources }) => resources.includes(key));
}

/** Whether only a person can end this wait. */
export function needsPerson(reason: BlockReason): boolean {
  switch (reason.kind) {
    case 'dependency-missing':
    case 'dependency-failed':
    case 'dependency-superseded':
    case 'dependency-cycle':
    case 'landing-held':
    case 'provider-stopped':
      return true;
    default:
      return false;
  }
}

function heldLanding({ attempts }: TaskHistory): readonly BlockReason[] {
  const last = attempts.at(-1);
  return last?.result?.status === 'held'
    ? [{ kind: 'landing-held', reason: last.result.reason, paths: last.result.paths }]
    : NONE;
}

function dependencyReasons(task: TaskOutline, tasks: Situation['tasks'], cycleOf: CycleOf): readonly BlockReason[] {
  if (task.dependsOn.length === 0) return NONE;
  const cycle = cycleOf(task.id);
  if (cycle) return [{ kind: 'dependency-cycle', tasks: cycle }];
  return awaitedBy(task, tasks).flatMap((id): BlockReason[] => {
    const dependency = tasks.get(id);
    if (!dependency) return [{ kind: 'dependency-missing', task: id }];
    if (dependency.state === 'done') return [];
    if (dependency.state === 'failed') return [{ kind: 'dependency-failed', task: id }];
    if (dependency.state === 'superseded') return [{ kind: 'dependency-superseded', task: id }];
    return [{ kind: 'dependency-unfinished', task: id, state: dependency.state }];
  });
}

/**
 * What a task depends on, with what took the place of a superseded task instead of it, and so on. A superseded task that
 * nothing took the place of stays, and so does one that in the end would take its own.
 */
export function awaitedBy({ dependsOn }: Pick<TaskOutline, 'dependsOn'>, tasks: Situation['tasks']): readonly TaskId[] {
  if (!dependsOn.some((id) => tasks.get(id)?.state === 'superseded')) return dependsOn;
  const awaited = new Set<TaskId>();
  const seen = new Set<TaskId>();
  const open = new Set<TaskId>();
  const stack = dependsOn.map((id) => ({ id, isDone: false })).reverse();
  for (let step = stack.pop(); step; step = stack.pop()) {
    const { id, isDone } = step;
    if (isDone) open.delete(id);
    else if (open.has(id)) awaited.add(id);
    if (seen.has(id)) continue;
    seen.add(id);
    const task = tasks.get(id);
    const successors = task?.state === 'superseded' ? (task.supersededBy ?? []) : [];
    if (successors.length === 0) awaited.add(id);
    else {
      open.add(id);
      stack.push({ id, isDone: true }, ...successors.map((next) => ({ id: next, isDone: false })).reverse());
    }
  }
  return [...awaited];
}

function takenResources(task: TaskOutline, leases: readonly Lease[]): readonly BlockReason[] {
  if (leases.length === 0) return NONE;
  const wanted = resourcesOf(task);
  return leases.flatMap((lease) => {
    const conflict = lease.resources.find((held) => wanted.some((key) => resourcesConflict(held, key)));
    if (conflict === undefined) return [];
    const by = taskOfLease(lease);
    return [{ kind: 'resource-taken' as const, resource: conflict, ...(by ? { by } : {}) }];
  });
}

/** The task a lease is about, if it is about one. */
export function taskOfLease(lease: Lease): TaskId | undefined {
  const key = lease.resources.find((held) => held.startsWith('task/'));
  return key?.slice('task/'.length) as TaskId | undefined;
}
