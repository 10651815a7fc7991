import { isBacklogError } from '@backlog-runner/contracts';
import { exhaustedDisk } from './exhausted-disk.ts';

/** Why nothing that is tried next could succeed either, with what to do: the run ends then, and no task is to blame. */
export function hopeless(error: unknown): string | undefined {
  if (!isBacklogError(error, 'BRANCH_MISSING')) return exhaustedDisk(error);
  return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
}
