import {
  BacklogError,
  type Journal,
  type LeaseManager,
  pause,
  type RunId,
  type System,
} from '@backlog-runner/contracts';
import { EXIT } from '../exit-code.ts';
import type { CommandInvocation } from '../invocation.ts';
import { narrator } from '../narrator.ts';
import { openBacklog } from '../open-backlog.ts';
import { count } from '../option-values.ts';
import type { Surroundings } from '../surroundings.ts';

const DEFAULT_SECONDS = 60;
/** A runner says in the journal that it ended; one that dies does not, and its lease runs out. */
const LOOK_AGAIN_MS = 500;

/** Asks every runner of this backlog to drain and waits until they have. Concerns only those that live now. */
export async function stop(invocation: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const timeoutMs = (count(invocation, 'timeout') ?? DEFAULT_SECONDS) * 1000;
  const { leases, journal, system } = openBacklog(surroundings.directory, { writes: true });
  const say = await narrator(surroundings);
  const runs = await liveRuns(leases);
  if (runs.length === 0) {
    say.info('No runner is running.');
    return EXIT.ok;
  }
  await journal.append({ type: 'run.stop-requested', runs });
  say.info(`Waiting for ${runs.length === 1 ? 'a runner' : `${runs.length} runners`} to stop …`);
  const left = await untilGone(runs, { leases, journal, system, timeoutMs });
  for (const run of runs) if (!left.includes(run)) surroundings.stdout.write(`stopped\t${run}\n`);
  if (left.length === 0) return EXIT.ok;
  throw new BacklogError('STOP_TIMED_OUT', `Still running after ${timeoutMs / 1000} seconds: ${left.join(', ')}.`, {
    hint: 'They were asked to stop and still may: type `backlog-runner stop` again to wait on.',
    details: { runs: left },
  });
}

/** The runs whose runner lives. */
async function liveRuns(leases: LeaseManager): Promise<readonly RunId[]> {
  const live = await leases.list();
  return live.flatMap(({ resources }) =>
    resources.filter((key) => key.startsWith('runner/')).map((key) => key.slice('runner/'.length) as RunId),
  );
}

/** Those of the runs that still live when the time is up. */
async function untilGone(
  runs: readonly RunId[],
  { leases, journal, system, timeoutMs }: { leases: LeaseManager; journal: Journal; system: System; timeoutMs: number },
): Promise<readonly RunId[]> {
  const deadline = system.monotonic() + timeoutMs;
  let nudge = new AbortController();
  const unwatch = journal.watch(() => nudge.abort());
  try {
    for (;;) {
      nudge = new AbortController();
      const live = await liveRuns(leases);
      const left = runs.filter((run) => live.includes(run));
      const remaining = deadline - system.monotonic();
      if (left.length === 0 || remaining <= 0) return left;
      await pause(system, Math.min(LOOK_AGAIN_MS, remaining), nudge.signal);
    }
  } finally {
    unwatch();
  }
}
