import type { RunId } from '@backlog-runner/contracts';
import { endMarked } from '@backlog-runner/subprocess';

/** Ends every process of a run on this machine, whoever started it. Answers how many there were. */
export function endProcesses(run: RunId): Promise<number> {
  return endMarked(`${run}/`);
}
