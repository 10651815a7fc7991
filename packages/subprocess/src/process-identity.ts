import { readFileSync } from 'node:fs';
import { parseProcStat } from './parse-process.ts';

/** Names one process for ever on this machine: its id is used again later, but not with this birth. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly born: string;
}

/** This process. Undefined where the system does not tell births, which is everywhere but on Linux. */
export function ownIdentity(): ProcessIdentity | undefined {
  return identityOf(process.pid);
}

/** Whether that process still runs, be it stopped or asleep. */
export function isRunning({ pid, born }: ProcessIdentity): boolean {
  return identityOf(pid)?.born === born;
}

function identityOf(pid: number): ProcessIdentity | undefined {
  try {
    const facts = parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return facts && !facts.dead ? { pid, born: facts.born } : undefined;
  } catch {
    return undefined;
  }
}
