import { pause, system } from '@backlog-runner/contracts';
import { ancestryOf } from './kin.ts';
import { type ProcessFacts, processTable } from './process-table.ts';

/** Something may be missing from a table that was not settled; on a busy machine none ever is. */
const LOOKS_WHEN_UNSETTLED = 3;
/** About ten seconds. What is left then is stuck in the kernel, where no signal reaches it. */
const ROUNDS = 500;
const ROUND_MS = 20;

/** The processes that this is about, without this one and those it descends from. */
export async function processesThat(belong: (facts: ProcessFacts) => boolean): Promise<readonly ProcessFacts[]> {
  return (await look(belong)).found;
}

/**
 * Kills every process that belongs, and those they start meanwhile, until none is left. Returns how many there were.
 * Waits in real time whatever clock the caller has: how long a killed process takes to die is up to the kernel.
 */
export async function endProcesses(belong: (facts: ProcessFacts) => boolean): Promise<number> {
  const ended = new Set<string>();
  let unsettled = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { found, settled } = await look(belong);
    if (found.length > 0) {
      for (const { pid, born } of found) {
        kill(pid);
        ended.add(`${pid} ${born}`);
      }
      await pause(system, ROUND_MS);
    } else {
      unsettled += 1;
      if (settled || unsettled >= LOOKS_WHEN_UNSETTLED) break;
    }
  }
  return ended.size;
}

async function look(belong: (facts: ProcessFacts) => boolean) {
  const { processes, settled } = await processTable();
  const own = ancestryOf(processes, process.pid);
  return { found: processes.filter((facts) => belong(facts) && !own.has(facts.pid)), settled };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself, or belongs to somebody else and is found again until the rounds are over.
  }
}
