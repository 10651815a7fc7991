import { pause, type RunId, system } from '@backlog-runner/contracts';
import { endMarked, findMarked } from '@backlog-runner/subprocess';
import { gitMark } from './marked-git.ts';

/** A git that is asked to end removes its locks first; one that is killed leaves them behind. */
const TO_REMOVE_LOCKS_MS = 1_000;

/** Ends every process of a run on this machine, whoever started it. Answers how many there were. */
export async function endProcesses(run: RunId): Promise<number> {
  const git = gitMark(run);
  return (await endMarked(`${run}/`, { except: git })) + (await endMarked(git, { patienceMs: TO_REMOVE_LOCKS_MS }));
}

const PATIENCE_MS = 5_000;
const LOOK_AGAIN_MS = 25;

/** The same after a run that died, but its git may finish what it is at. It may also only sleep, and start git again. */
export async function endOrphans(run: RunId): Promise<number> {
  const git = gitMark(run);
  const others = await endMarked(`${run}/`, { except: git });
  const until = system.monotonic() + PATIENCE_MS;
  while ((await findMarked(git)).length > 0) {
    if (system.monotonic() >= until) return others + (await endMarked(git, { patienceMs: TO_REMOVE_LOCKS_MS }));
    await pause(system, LOOK_AGAIN_MS);
  }
  return others;
}
