import { pause, system } from '@backlog-runner/contracts';
import { ancestryOf } from './kin.ts';
import { type ProcessFacts, type ProcessTable, processTable } from './process-table.ts';

/** Something may be missing from a table that was not settled; on a busy machine none ever is. */
const LOOKS_WHEN_UNSETTLED = 3;
/** About ten seconds. What is left then is stuck in the kernel, where no signal reaches it. */
const ROUNDS = 500;
const ROUND_MS = 20;

/** The processes that this is about, without this one and those it descends from. */
export async function processesThat(belong: (facts: ProcessFacts) => boolean): Promise<readonly ProcessFacts[]> {
  return found(await processTable(), belong);
}

export interface EndingOptions {
  readonly readTable?: () => Promise<ProcessTable>;
  /** They are asked first, and killed only after this time. */
  readonly patienceMs?: number;
}

/**
 * Kills every process that belongs, and those they start meanwhile, until none is left. Returns how many there were.
 * Waits in real time whatever clock the caller has: how long a killed process takes to die is up to the kernel.
 */
export async function endProcesses(
  belong: (facts: ProcessFacts) => boolean,
  { readTable = processTable, patienceMs = 0 }: EndingOptions = {},
): Promise<number> {
  const until = system.monotonic() + patienceMs;
  const ended = new Set<string>();
  let looksInVain = 0;
  for (let round = 0; round < ROUNDS && looksInVain < LOOKS_WHEN_UNSETTLED; round += 1) {
    const table = await readTable();
    const left = found(table, belong);
    if (left.length === 0 && table.settled) break;
    if (left.length === 0) looksInVain += 1;
    for (const { pid, born } of left) {
      // Nothing has been awaited since the table was read, so the number still names the same process.
      const signal = system.monotonic() < until ? 'SIGTERM' : 'SIGKILL';
      if (signal === 'SIGKILL' || !ended.has(`${pid} ${born}`)) send(pid, signal);
      ended.add(`${pid} ${born}`);
    }
    await pause(system, ROUND_MS);
  }
  return ended.size;
}

function found({ processes }: ProcessTable, belong: (facts: ProcessFacts) => boolean): readonly ProcessFacts[] {
  const own = ancestryOf(processes, process.pid);
  return processes.filter((facts) => belong(facts) && !own.has(facts.pid));
}

function send(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself, or belongs to somebody else and is found again until the rounds are over.
  }
}
