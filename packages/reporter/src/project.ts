import {
  type BacklogOutline,
  compareTasks,
  type History,
  type Lease,
  NO_TASK_HISTORY,
  needsPerson,
  type RepoPath,
  type ReportInput,
  type Standing,
  standingJudge,
  type TaskId,
  type TaskOutline,
} from '@backlog-runner/contracts';
import { compareNumbers, compareText, firstOf } from './order.ts';
import { type About, blockPhrase, deferredPhrase, resultPhrase } from './phrases.ts';
import { lookLines, passLines, plannedReason } from './project-looks.ts';
import { providerLines, runLines } from './project-runs.ts';
import type {
  FailedTask,
  LandedTask,
  PlannedTask,
  ReportView,
  RunningTask,
  TaskLine,
  Tries,
  WaitingTask,
  WaitReason,
} from './report-view.ts';

/** What {@link project} needs to know; any `ReportInput` says it. */
export interface ProjectInput extends Omit<ReportInput, 'backlog'> {
  readonly backlog: BacklogOutline;
}

export interface ProjectOptions {
  /**
   * Only what a short status shows: the first tasks of each section, and none that are planned, landed or superseded.
   * `counts` tells how many there are all the same. Default false.
   */
  readonly short?: boolean;
}

/** How many lines of a section a short status shows at the most. */
export const MOST_IN_SHORT = 11;

/** Everything a report shows, from everything that is known. Pure; the order of what it is given does not matter. */
export function project(
  { backlog, history, leases, now }: ProjectInput,
  { short = false }: ProjectOptions = {},
): ReportView {
  const most = short ? MOST_IN_SHORT : Number.POSITIVE_INFINITY;
  const mostOfOthers = short ? 0 : most;
  const tasks = new Map<TaskId, TaskOutline>();
  for (const task of backlog.tasks) tasks.set(task.id, task);
  const byFence = [...leases].sort((left, right) => left.fence - right.fence);
  const sections = sectionsOf(backlog.tasks, standingJudge({ tasks, history, leases: byFence, now }));
  const brokenFileOf = brokenFiles(backlog);
  const { runnable, running, waiting, needingPerson, failed, planned, done, superseded } = sections;
  const shown = (section: readonly TaskOutline[], atMost = most) => firstOf(section, atMost, compareTasks);
  const shownWith = <T extends Placed>(section: readonly T[]) =>
    firstOf(section, most, (left, right) => compareTasks(left.task, right.task));
  const waitingTask = ({ task, standing }: Placed<Waits>): WaitingTask => ({
    ...triedLine(task, history),
    reasons: reasonsOf(standing, { path: task.path, brokenFileOf }),
  });
  return {
    now,
    counts: {
      needsPerson: needingPerson.length,
      running: running.length,
      ready: runnable.length,
      waiting: waiting.length,
      failed: failed.length,
      planned: planned.length,
      landed: done.length,
      superseded: superseded.length,
      broken: backlog.problems.length,
    },
    needsPerson: shownWith(needingPerson).map(waitingTask),
    running: shownWith(running).map(({ task, standing }) => runningTask(task, standing.lease, history)),
    ready: shown(runnable).map((task) => triedLine(task, history)),
    waiting: shownWith(waiting).map(waitingTask),
    failed: shown(failed).map((task) => failedTask(task, history)),
    planned: shown(planned, mostOfOthers).map((task) => plannedTask(task, history)),
    landed: newestFirst(done, history, mostOfOthers),
    superseded: shown(superseded, mostOfOthers).map(lineOf),
    broken: [...backlog.problems].sort(
      (left, right) =>
        compareText(left.path, right.path) ||
        (left.line ?? 0) - (right.line ?? 0) ||
        (left.column ?? 0) - (right.column ?? 0) ||
        compareText(left.message, right.message),
    ),
    providers: providerLines(history, byFence, now),
    passes: passLines(history),
    looks: lookLines(history, byFence),
    runs: runLines(history, byFence),
    leases: byFence.map(({ fence, holder, resources, grantedAt, expiresAt }) => ({
      fence,
      holder,
      resources: [...resources].sort(compareText),
      grantedAt,
      expiresAt,
    })),
  };
}

type Waits = Extract<Standing, { status: 'blocked' | 'deferred' }>;
type Runs = Extract<Standing, { status: 'running' }>;

/** A task and where it stands. */
interface Placed<T extends Standing = Standing> {
  readonly task: TaskOutline;
  readonly standing: T;
}

/** Which section of a report each task belongs to, in no order. */
function sectionsOf(tasks: readonly TaskOutline[], standingOf: (task: TaskOutline) => Standing) {
  const sections = {
    runnable: [] as TaskOutline[],
    running: [] as Placed<Runs>[],
    waiting: [] as Placed<Waits>[],
    needingPerson: [] as Placed<Waits>[],
    failed: [] as TaskOutline[],
    planned: [] as TaskOutline[],
    done: [] as TaskOutline[],
    superseded: [] as TaskOutline[],
  };
  for (const task of tasks) {
    const standing = standingOf(task);
    switch (standing.status) {
      case 'running':
        sections.running.push({ task, standing });
        break;
      case 'blocked':
        sections[standing.reasons.some(needsPerson) ? 'needingPerson' : 'waiting'].push({ task, standing });
        break;
      case 'deferred':
        sections.waiting.push({ task, standing });
        break;
      default:
        sections[standing.status].push(task);
    }
  }
  return sections;
}

function lineOf({ id, title, path, priority }: TaskOutline): TaskLine {
  return { id, title, path, priority };
}

function triedLine({ id, title, path, priority }: TaskOutline, history: History): TaskLine & Tries {
  const { triesUsed, attempts } = history.tasks.get(id) ?? NO_TASK_HISTORY;
  const line = { id, title, path, priority, triesUsed };
  if (triesUsed === 0) return line;
  const last = attempts.findLast(({ result }) => result !== undefined)?.result;
  return last ? { ...line, lastResult: resultPhrase(last) } : line;
}

function reasonsOf(standing: Extract<Standing, { status: 'blocked' | 'deferred' }>, about: About): WaitReason[] {
  if (standing.status === 'blocked') {
    return standing.reasons.map((facts) => ({ facts, phrase: blockPhrase(facts, about) }));
  }
  const { until, reason } = standing;
  return [{ facts: { kind: 'deferred', until, reason }, phrase: deferredPhrase(standing) }];
}

function runningTask(task: TaskOutline, lease: Lease, history: History): RunningTask {
  const record = history.tasks.get(task.id)?.attempts.findLast(({ fence }) => fence === lease.fence);
  const claim = {
    ...lineOf(task),
    fence: lease.fence,
    holder: lease.holder,
    since: record?.startedAt ?? lease.grantedAt,
  };
  if (!record) return claim;
  const { provider, model, role, tryNumber, workspace, lastEvent } = record;
  return {
    ...claim,
    attempt: {
      provider,
      ...(model === undefined ? {} : { model }),
      role,
      tryNumber,
      ...(workspace === undefined ? {} : { workspace }),
      lastEvent,
    },
  };
}

function plannedTask(task: TaskOutline, history: History): PlannedTask {
  const reason = plannedReason(task.id, history);
  return { ...lineOf(task), ...(reason ? { reason } : {}) };
}

/** The task's own notes say it also where there is no journal; the newest comes last. */
function failedTask(task: TaskOutline, history: History): FailedTask {
  const reason = task.statusNotes.at(-1) ?? history.tasks.get(task.id)?.failed?.reason;
  return { ...lineOf(task), ...(reason === undefined ? {} : { reason }) };
}

function newestFirst(tasks: readonly TaskOutline[], history: History, most: number): readonly LandedTask[] {
  if (most === 0) return [];
  const dated = tasks.map((task) => {
    const landed = history.tasks.get(task.id)?.landed;
    const at = landed?.at ?? Date.parse(task.updatedAt ?? '');
    return { task, landed, at: Number.isFinite(at) ? at : Number.NEGATIVE_INFINITY };
  });
  const newest = firstOf(
    dated,
    most,
    (left, right) => compareNumbers(right.at, left.at) || compareText(left.task.id, right.task.id),
  );
  return newest.map(({ task, landed }) => {
    if (!landed) return lineOf(task);
    const { commit, branch, at } = landed;
    return { ...lineOf(task), landing: { commit, branch, at } };
  });
}

/** A broken file has no id, but by custom its name is the id of the task it was. */
function brokenFiles({ problems }: BacklogOutline): (id: TaskId) => RepoPath | undefined {
  const paths = new Map(problems.map(({ path }) => [path.replace(/^.*\//, '').replace(/\.ya?ml$/i, ''), path]));
  return (id) => paths.get(id);
}
