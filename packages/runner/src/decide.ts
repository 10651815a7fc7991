import {
  type AttemptRecord,
  type BlockReason,
  compareTasks,
  type EpochMs,
  needsPerson,
  resource,
  resourcesConflict,
  resourcesOf,
  type Standing,
  standingsOf,
  type Task,
} from '@backlog-runner/contracts';
import { decidePasses } from './decide-passes.ts';
import { decidePlan } from './decide-plan.ts';
import { decideTask, isOpenElsewhere, lastAttempt } from './decide-task.ts';
import type { LookDecision, Looks } from './look-decision.ts';
import type { AgentChoice, RunnerPolicy } from './policy.ts';
import { roleFor } from './route-agent.ts';
import { SET_ASIDE, type Snapshot } from './snapshot.ts';

/** What the runner does next. */
export type Decision =
  | {
      readonly kind: 'start';
      readonly task: Task;
      readonly role: 'ui' | 'code';
      readonly agent: AgentChoice;
      readonly tryNumber: number;
      /** The interrupted attempt to go on with. */
      readonly resume?: AttemptRecord;
    }
  /** Try again to land validated work that the user's checkout was in the way of. */
  | { readonly kind: 'land-held'; readonly task: Task; readonly attempt: AttemptRecord }
  /** An attempt of this very run is over, and its end could not be recorded. */
  | { readonly kind: 'close'; readonly task: Task; readonly attempt: AttemptRecord }
  /** The task has used up its tries: what is missing of the file and the journal saying so is done. */
  | { readonly kind: 'fail'; readonly task: Task; readonly reason: string }
  | LookDecision
  /** Nothing more now. Look again at `until`, or earlier when something happens. */
  | { readonly kind: 'wait'; readonly until?: EpochMs }
  /** Nothing can move any more without somebody else. */
  | { readonly kind: 'stop'; readonly reason: string };

/**
 * All that can be done at once, in order of priority, then whether to wait or stop. A pure function: the order of the
 * tasks and leases it is given does not matter.
 */
export function decide(snapshot: Snapshot, policy: RunnerPolicy, limit: number = policy.workers): readonly Decision[] {
  const standings = explain(snapshot, policy);
  const started: Decision[] = [];
  const claimed: Task[] = [];
  const free = Math.min(policy.workers, limit) - snapshot.working.size - snapshot.looking.size;
  for (const { task, standing } of standings) {
    if (started.length >= free) break;
    if (claimed.some((other) => tasksConflict(task, other))) continue;
    const decision = decideTask(task, standing, snapshot, policy);
    if (!decision) continue;
    started.push(decision);
    if (decision.kind !== 'fail') claimed.push(task);
  }
  const looks = decideLooks(standings, snapshot, policy);
  for (const look of looks.now) if (look.kind === 'leave' || started.length < free) started.push(look);
  const rest = restOrStop(standings, looks, snapshot, policy);
  if (started.length === 0) return [rest];
  return [...started, rest.kind === 'wait' ? rest : { kind: 'wait' }];
}

/** Where every task stands that is not over and that the policy is about, with the agents taken into account, in the order of starting. */
function explain(
  snapshot: Snapshot,
  policy: RunnerPolicy,
): readonly { readonly task: Task; readonly standing: Standing }[] {
  const tasks = new Map(snapshot.backlog.tasks.map((task) => [task.id, task]));
  const standings = standingsOf({ tasks, history: snapshot.history, leases: snapshot.leases, now: snapshot.now });
  return snapshot.backlog.tasks
    .filter(({ id, state }) => isOpen(state) && (policy.only === undefined || policy.only.includes(id)))
    .sort(compareTasks)
    .flatMap((task) => {
      const standing = standings.get(task.id);
      return standing ? [{ task, standing: withAgent(task, standing, snapshot, policy) }] : [];
    });
}

function isOpen(state: Task['state']): boolean {
  return state !== 'done' && state !== 'superseded';
}

function withAgent(task: Task, standing: Standing, snapshot: Snapshot, policy: RunnerPolicy): Standing {
  if (standing.status !== 'runnable') return standing;
  const { provider } = policy.agents[roleFor(task, policy.uiPathPrefixes)];
  const reason = providerReason(provider, snapshot);
  return reason ? { status: 'blocked', reasons: [reason] } : standing;
}

function providerReason(provider: string, { history, run, now }: Snapshot): BlockReason | undefined {
  const known = history.providers.get(provider);
  if (known?.stopped?.run === run) {
    return { kind: 'provider-stopped', provider, message: known.stopped.message, hint: known.stopped.hint };
  }
  if (known?.paused && known.paused.until > now) return { kind: 'provider-paused', provider, ...known.paused };
  return undefined;
}

function tasksConflict(left: Task, right: Task): boolean {
  const held = resourcesOf(right);
  return resourcesOf(left).some((key) => held.some((other) => resourcesConflict(key, other)));
}

type Standings = ReturnType<typeof explain>;

/** What planner and passes do: for them to begin, little must be left to do. */
function decideLooks(standings: Standings, snapshot: Snapshot, policy: RunnerPolicy): Looks {
  if (!policy.planner && !policy.discovery) return { now: [], later: [] };
  const count = (holds: (standing: Standing) => boolean) => standings.filter(({ standing }) => holds(standing)).length;
  const ready = count(isReady);
  const pausedUntil = (provider: string) => {
    const reason = providerReason(provider, snapshot);
    if (reason?.kind === 'provider-stopped') return 'stopped';
    return reason?.kind === 'provider-paused' ? reason.until : undefined;
  };
  const plan = decidePlan(snapshot, policy, ready, pausedUntil);
  // Where nothing runs and nothing can, whatever waits for it is nothing to do either.
  const queue = ready + count(({ status }) => status === 'running') > 0 ? ready + count(isWaiting) : 0;
  const passes = decidePasses(snapshot, policy, queue, pausedUntil);
  return { now: [...plan.now, ...passes.now], later: [...plan.later, ...passes.later] };
}

/** Whether a task runs as soon as there is a worker, or as time passes. */
function isReady(standing: Standing): boolean {
  if (standing.status === 'blocked') return standing.reasons.every((reason) => endsByItself(reason));
  return standing.status === 'runnable' || standing.status === 'deferred';
}

/** Whether a task runs once others are done. */
function isWaiting(standing: Standing): boolean {
  return standing.status === 'blocked' && !isReady(standing) && !standing.reasons.some(needsPerson);
}

function restOrStop(standings: Standings, looks: Looks, snapshot: Snapshot, policy: RunnerPolicy): Decision {
  const moves = standings.flatMap(({ task, standing }) => movesAt(task, standing, snapshot, policy));
  moves.push(...looks.later);
  if (policy.once && snapshot.working.size + snapshot.looking.size === 0 && moves.length === 0)
    return { kind: 'stop', reason: stopReason(standings) };
  const until = Math.min(...moves.map((move) => move ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(until) ? { kind: 'wait', until: until as EpochMs } : { kind: 'wait' };
}

/**
 * The moments at which this task may move by itself: a time, or undefined for "when something else ends". Empty when
 * only a person can move it.
 */
function movesAt(
  task: Task,
  standing: Standing,
  snapshot: Snapshot,
  policy: RunnerPolicy,
): readonly (EpochMs | undefined)[] {
  switch (standing.status) {
    case 'runnable': {
      const rested = snapshot.restingUntil.get(task.id);
      return rested === SET_ASIDE ? [] : [stillToCome(rested, snapshot) ?? recoveryAt(task, snapshot)];
    }
    case 'running':
      return [snapshot.working.has(task.id) ? undefined : standing.lease.expiresAt];
    case 'deferred':
      return [standing.until];
    case 'blocked':
      return standing.reasons.every((reason) => endsByItself(reason))
        ? standing.reasons.flatMap((reason) => blockEnds(reason, snapshot))
        : heldRetry(task, standing.reasons, snapshot, policy);
    default:
      return [];
  }
}

/** A time that is over moves nothing: what has rested long enough waits for a worker. */
function stillToCome(at: EpochMs | undefined, { now }: Snapshot): EpochMs | undefined {
  return at !== undefined && at > now ? at : undefined;
}

/** When a runner that still holds its presence, but not the task, may be found dead. */
function recoveryAt(task: Task, snapshot: Snapshot): EpochMs | undefined {
  const last = lastAttempt(task, snapshot);
  if (!last || !isOpenElsewhere(last, snapshot)) return undefined;
  return snapshot.leases.find(({ resources }) => resources.includes(resource.runner(last.run)))?.expiresAt;
}

function endsByItself({ kind }: BlockReason): boolean {
  return kind === 'resource-taken' || kind === 'provider-paused';
}

function blockEnds(reason: BlockReason, { leases }: Snapshot): readonly (EpochMs | undefined)[] {
  if (reason.kind === 'provider-paused') return [reason.until];
  const ends = leases.map((lease) => lease.expiresAt);
  return ends.length > 0 ? [Math.min(...ends) as EpochMs] : [undefined];
}

/** A held landing is watched for as long as the runner lives, but with `once` it is tried once and left to the user. */
function heldRetry(
  task: Task,
  reasons: readonly BlockReason[],
  snapshot: Snapshot,
  policy: RunnerPolicy,
): readonly (EpochMs | undefined)[] {
  if (!reasons.every((reason) => reason.kind === 'landing-held')) return [];
  const rested = snapshot.restingUntil.get(task.id);
  return policy.once && rested !== undefined ? [] : [stillToCome(rested, snapshot)];
}

function stopReason(standings: Standings): string {
  const count = (status: Standing['status']) => standings.filter(({ standing }) => standing.status === status).length;
  const open = [
    [count('blocked'), 'blocked'],
    [count('planned'), 'planned'],
    [count('runnable'), 'set aside'],
  ] as const;
  const left = open.flatMap(([number, word]) => (number > 0 ? [`${number} ${word}`] : []));
  return left.length > 0 ? `nothing can move any more: ${left.join(', ')}` : 'the backlog is worked off';
}
