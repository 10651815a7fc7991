import type { System } from '@backlog-runner/contracts';

/** The environment variable that says to which run a process belongs. Children inherit it. */
export const MARK_VARIABLE = 'BACKLOG_RUNNER_MARK';

/** A new mark for one process of this run: `<run>/<token>`. The prefix `<run>/` finds all processes of the run. */
export function markFor(run: string, system: System): string {
  return `${run}/${system.token(16)}`;
}

/** The mark among `NAME=value` entries. */
export function markIn(entries: readonly string[]): string | undefined {
  const start = `${MARK_VARIABLE}=`;
  return entries.find((entry) => entry.startsWith(start))?.slice(start.length);
}
