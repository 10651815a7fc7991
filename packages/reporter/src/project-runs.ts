import {
  type EpochMs,
  type History,
  type Lease,
  type ProviderHistory,
  type ResourceKey,
  type RunId,
  type RunRecord,
  resource,
} from '@backlog-runner/contracts';
import { compareText } from './order.ts';
import { pausedPhrase, stoppedPhrase } from './phrases.ts';
import type { ProviderLine, RunLine } from './report-view.ts';

/** The runners that live: each holds a lease on itself. */
export function runLines({ runs }: History, leases: readonly Lease[]): readonly RunLine[] {
  const held = heldBy(leases);
  return [...runs.values()]
    .filter(({ run }) => held.has(resource.runner(run)))
    .sort((left, right) => left.startedAt - right.startedAt || compareText(left.run, right.run))
    .map(({ run, startedAt, host, workers, branch, stopRequestedAt }) => ({
      run,
      since: startedAt,
      host,
      workers,
      branch,
      ...(stopRequestedAt === undefined ? {} : { stopRequestedAt }),
    }));
}

/** The providers that nothing is started with now, as far as the newest run and the living ones know. */
export function providerLines(history: History, leases: readonly Lease[], now: EpochMs): readonly ProviderLine[] {
  const held = heldBy(leases);
  const newest = newestRun([...history.runs.values()]);
  const counts = (run: RunId) => run === newest || held.has(resource.runner(run));
  return [...history.providers]
    .sort(([left], [right]) => compareText(left, right))
    .flatMap(([id, provider]) => providerLine(id, provider, counts, now));
}

function providerLine(
  id: string,
  { stopped, paused }: ProviderHistory,
  counts: (run: RunId) => boolean,
  now: EpochMs,
): readonly ProviderLine[] {
  if (stopped && counts(stopped.run)) return [{ id, state: 'stopped', phrase: stoppedPhrase(id, stopped) }];
  if (paused && paused.until > now) {
    return [{ id, state: 'paused', until: paused.until, phrase: pausedPhrase(id, paused) }];
  }
  return [];
}

function newestRun(runs: readonly RunRecord[]): RunId | undefined {
  return runs.reduce<RunRecord | undefined>((newest, run) => {
    if (!newest || run.startedAt > newest.startedAt) return run;
    return run.startedAt === newest.startedAt && run.run > newest.run ? run : newest;
  }, undefined)?.run;
}

function heldBy(leases: readonly Lease[]): ReadonlySet<ResourceKey> {
  return new Set(leases.flatMap((lease) => lease.resources));
}
