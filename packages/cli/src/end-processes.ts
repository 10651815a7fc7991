import { pause, type RunId, system } from '@backlog-runner/contracts';
import { endMarked, findMarked } from '@backlog-runner/subprocess';
import { gitMark } from './marked-git.ts';

/** Ends every process of a run on this machine, whoever started it. Answers how many there were. */
export function endProcesses(run: RunId): Promise<number> {
  return endMarked(`${run}/`);
}

const PATIENCE_MS = 5_000;
const LOOK_AGAIN_MS = 25;

/** The same after a run that died, but its git may finish what it is at: a git that is killed leaves locks behind. */
export async function endOrphans(run: RunId): Promise<number> {
  const until = system.monotonic() + PATIENCE_MS;
  while (system.monotonic() < until && (await findMarked(gitMark(run))).length > 0) await pause(system, LOOK_AGAIN_MS);
  return endProcesses(run);
}
