import { isoTime } from './moment.ts';
import { plain } from './phrase.ts';
import type { LookLine, ReportView, RunningTask, Section, TaskLine, Tries, WaitingTask } from './report-view.ts';

/** Times are ISO 8601 strings. Keys are stable: new ones may come, none goes or changes its meaning. */
export interface StatusJson {
  readonly counts: Readonly<Record<Section, number>>;
  readonly needsPerson: readonly object[];
  readonly running: readonly object[];
  readonly looks: readonly object[];
  readonly ready: readonly object[];
  readonly waiting: readonly object[];
  readonly failed: readonly object[];
  readonly planned: readonly object[];
  readonly landed: readonly object[];
  readonly superseded: readonly object[];
  readonly broken: readonly object[];
  readonly providers: readonly object[];
  readonly passes: readonly object[];
  readonly runs: readonly object[];
  readonly leases: readonly object[];
}

/** The view for programs. The README lists the keys. */
export function statusJson(view: ReportView): StatusJson {
  return {
    counts: view.counts,
    needsPerson: view.needsPerson.map(waiting),
    running: view.running.map(running),
    looks: view.looks.map(look),
    ready: view.ready.map((task) => ({ ...line(task), ...tries(task) })),
    waiting: view.waiting.map(waiting),
    failed: view.failed.map((task) => ({ ...line(task), reason: task.reason ?? null })),
    planned: view.planned.map((task) => ({ ...line(task), reason: task.reason ? plain(task.reason) : null })),
    landed: view.landed.map((task) => ({
      ...line(task),
      commit: task.landing?.commit ?? null,
      branch: task.landing?.branch ?? null,
      at: timeOrNull(task.landing?.at),
    })),
    superseded: view.superseded.map(line),
    broken: view.broken.map(({ path, line, column, message }) => ({
      path,
      line: line ?? null,
      column: column ?? null,
      message,
    })),
    providers: view.providers.map(({ id, state, until, phrase }) => ({
      id,
      state,
      until: timeOrNull(until),
      sentence: plain(phrase),
    })),
    passes: view.passes.map(({ id, turns, admitted, rejected, acceptanceRate, endedAt, lastOutcome }) => ({
      ...{ id, turns, admitted, rejected },
      acceptanceRate: acceptanceRate ?? null,
      endedAt: timeOrNull(endedAt),
      lastOutcome: lastOutcome ? plain(lastOutcome) : null,
    })),
    runs: view.runs.map(({ run, since, host, workers, branch, stopRequestedAt }) => ({
      run,
      since: isoTime(since),
      host,
      workers,
      branch,
      stopRequestedAt: timeOrNull(stopRequestedAt),
    })),
    leases: view.leases.map(({ fence, holder, resources, grantedAt, expiresAt }) => ({
      fence,
      holder,
      resources,
      grantedAt: isoTime(grantedAt),
      expiresAt: isoTime(expiresAt),
    })),
  };
}

function line({ id, title, path, priority }: TaskLine) {
  return { id, title, path, priority };
}

function tries({ triesUsed, lastResult }: Tries) {
  return { triesUsed, lastResult: lastResult ? plain(lastResult) : null };
}

function waiting(task: WaitingTask) {
  const reasons = task.reasons.map(({ facts, phrase }) => ({
    ...facts,
    ...('until' in facts ? { until: isoTime(facts.until) } : {}),
    sentence: plain(phrase),
  }));
  return { ...line(task), ...tries(task), reasons };
}

function running({ attempt, fence, holder, since, ...task }: RunningTask) {
  return {
    ...line(task),
    fence,
    holder,
    since: isoTime(since),
    agent: attempt?.provider ?? null,
    model: attempt?.model ?? null,
    role: attempt?.role ?? null,
    try: attempt?.tryNumber ?? null,
    workspace: attempt?.workspace ?? null,
    lastEvent: attempt ? { at: isoTime(attempt.lastEvent.at), text: attempt.lastEvent.text } : null,
  };
}

function look({ inquiry, about, holder, since, provider, model, lastEvent }: LookLine) {
  return {
    ...{ inquiry, ...about, holder, since: isoTime(since) },
    agent: provider ?? null,
    model: model ?? null,
    lastEvent: { at: isoTime(lastEvent.at), text: lastEvent.text },
  };
}

function timeOrNull(at: number | undefined): string | null {
  return at === undefined ? null : isoTime(at);
}
