import { type BacklogError, isBacklogError } from '@backlog-runner/contracts';
import { exhaustedDisk } from './exhausted-disk.ts';

/** Why nothing that is tried next could succeed either, with what to do: the run ends then, and no task is to blame. */
export function hopeless(error: unknown): string | undefined {
  const cause = beyondRepair(error);
  if (!cause) return exhaustedDisk(error);
  return cause.hint === undefined ? cause.message : `${cause.message} ${cause.hint}`;
}

/** Of an error and what caused it, that which only a person can mend. */
function beyondRepair(error: unknown): BacklogError | undefined {
  if (isBacklogError(error, 'BRANCH_MISSING') || isBacklogError(error, 'LEASES_DAMAGED')) return error;
  return error instanceof Error ? beyondRepair(error.cause) : undefined;
}
