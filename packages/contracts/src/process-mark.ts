import type { System } from './system.ts';

/**
 * The environment variable that says to which run a process belongs. Whoever starts a process for a run sets it to a
 * mark of its own; children inherit it. By it `start` and `doctor` find and end what a runner that died left behind.
 */
export const MARK_VARIABLE = 'BACKLOG_RUNNER_MARK';

/** A new mark for one process of this run: `<run>/<token>`. The prefix `<run>/` finds all processes of the run. */
export function markFor(run: string, system: System): string {
  return `${run}/${system.token(16)}`;
}
