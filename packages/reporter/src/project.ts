import {
  type BacklogOutline,
  compareTasks,
  type History,
  type Lease,
  NO_TASK_HISTORY,
  needsPerson,
  PRIORITIES,
  type RepoPath,
  type ReportInput,
  type Standing,
  standingJudge,
  type TaskId,
  type TaskOutline,
} from '@backlog-runner/contracts';
import { compareNumbers, compareText } from './order.ts';
import { type About, blockPhrase, deferredPhrase, resultPhrase } from './phrases.ts';
import { providerLines, runLines } from './project-runs.ts';
import type {
  FailedTask,
  LandedTask,
  ReadyTask,
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
  /** How many tasks a section holds at the most; `counts` tells how many there are. Default: all. */
  readonly most?: number;
}

/** Everything a report shows, from everything that is known. Pure; the order of what it is given does not matter. */
export function project(
  { backlog, history, leases, now }: ProjectInput,
  { most = Number.POSITIVE_INFINITY }: ProjectOptions = {},
): ReportView {
  const tasks = inOrder(backlog.tasks);
  const byFence = [...leases].sort((left, right) => left.fence - right.fence);
  const standingOf = standingJudge({ tasks, history, leases: byFence, now });
  const brokenFileOf = brokenFiles(backlog);

  const running: RunningTask[] = [];
  const ready: ReadyTask[] = [];
  const waiting: WaitingTask[] = [];
  const waitingForPerson: WaitingTask[] = [];
  const ended: Record<'failed' | 'planned' | 'done' | 'superseded', TaskOutline[]> = {
    failed: [],
    planned: [],
    done: [],
    superseded: [],
  };
  const counts = { needsPerson: 0, running: 0, ready: 0, waiting: 0 };
  for (const task of tasks.values()) {
    const standing = standingOf(task);
    switch (standing.status) {
      case 'running':
        counts.running += 1;
        if (counts.running <= most) running.push(runningTask(task, standing.lease, history));
        break;
      case 'runnable':
        counts.ready += 1;
        if (counts.ready <= most) ready.push(triedLine(task, history));
        break;
      case 'blocked':
      case 'deferred': {
        const isForPerson = standing.status === 'blocked' && standing.reasons.some(needsPerson);
        const section = isForPerson ? waitingForPerson : waiting;
        counts[isForPerson ? 'needsPerson' : 'waiting'] += 1;
        if (section.length >= most) break;
        const reasons = reasonsOf(standing, { path: task.path, brokenFileOf });
        section.push({ ...triedLine(task, history), reasons });
        break;
      }
      default:
        ended[standing.status].push(task);
    }
  }
  const { failed, planned, done, superseded } = ended;
  return {
    now,
    counts: {
      ...counts,
      failed: failed.length,
      planned: planned.length,
      landed: done.length,
      superseded: superseded.length,
      broken: backlog.problems.length,
    },
    needsPerson: waitingForPerson,
    running,
    ready,
    waiting,
    failed: failed.slice(0, most).map((task) => failedTask(task, history)),
    planned: planned.slice(0, most).map(lineOf),
    landed: newestFirst(done, history).slice(0, most),
    superseded: superseded.slice(0, most).map(lineOf),
    broken: [...backlog.problems].sort(
      (left, right) =>
        compareText(left.path, right.path) ||
        (left.line ?? 0) - (right.line ?? 0) ||
        (left.column ?? 0) - (right.column ?? 0) ||
        compareText(left.message, right.message),
    ),
    providers: providerLines(history, byFence, now),
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

/** As one sort of all would order them. Tasks of one priority mostly are in order already, which sorts fast. */
function inOrder(tasks: readonly TaskOutline[]): ReadonlyMap<TaskId, TaskOutline> {
  const sorted = new Map<TaskId, TaskOutline>();
  for (const wanted of PRIORITIES) {
    const equals = tasks.filter(({ priority }) => priority === wanted).sort(compareTasks);
    for (const task of equals) sorted.set(task.id, task);
  }
  return sorted;
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

/** The task's own notes say it also where there is no journal; the newest comes last. */
function failedTask(task: TaskOutline, history: History): FailedTask {
  const reason = task.statusNotes.at(-1) ?? history.tasks.get(task.id)?.failed?.reason;
  return { ...lineOf(task), ...(reason === undefined ? {} : { reason }) };
}

function newestFirst(tasks: readonly TaskOutline[], history: History): readonly LandedTask[] {
  const dated = tasks.map((task) => {
    const landed = history.tasks.get(task.id)?.landed;
    const at = landed?.at ?? Date.parse(task.updatedAt ?? '');
    return { task, landed, at: Number.isFinite(at) ? at : Number.NEGATIVE_INFINITY };
  });
  const sorted = dated.sort(
    (left, right) => compareNumbers(right.at, left.at) || compareText(left.task.id, right.task.id),
  );
  return sorted.map(({ task, landed }) => {
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
