import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process holds a lease, so that another one of the same host can see that it is gone. */
export interface HostRecord {
  readonly host: string;
  /** Changes with every start of the machine. */
  readonly boot: string;
  /** A process id means something only inside its namespace: containers may share this directory. */
  readonly pidNamespace: string;
  readonly pid: number;
  /** Start time in clock ticks since boot: tells a process from a later one that was given the same id. */
  readonly startedAt: string;
}

/** The record of this process. Undefined where the system does not tell, which today is everywhere but Linux. */
export function ownHostRecord(): HostRecord | undefined {
  try {
    const startedAt = startOf(process.pid);
    if (startedAt === undefined) return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { host: hostname(), boot, pidNamespace: readlinkSync('/proc/self/ns/pid'), pid: process.pid, startedAt };
  } catch {
    return undefined;
  }
}

/**
 * Whether the process of a record lives, seen from the process `own` describes. False is proof: the machine was
 * started again since, or the process is gone. Undefined when nothing can be told from here.
 */
export function processIsAlive(record: HostRecord, own: HostRecord | undefined): boolean | undefined {
  if (!own || record.host !== own.host) return undefined;
  if (record.boot !== own.boot) return false;
  if (record.pidNamespace !== own.pidNamespace) return undefined;
  if (record.pid === own.pid) return record.startedAt === own.startedAt;
  try {
    return startOf(record.pid) === record.startedAt;
  } catch {
    return exists(record.pid);
  }
}

/** Undefined for a zombie, which holds nothing any more. Throws when there is no such process to be seen. */
function startOf(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The second field is the program's name in parentheses, and may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  return state === 'Z' || state === 'X' ? undefined : fields[19];
}

/** `/proc` may hide the processes of other users; a signal's answer tells those from none. */
function exists(pid: number): false | undefined {
  try {
    process.kill(pid, 0);
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH' ? false : undefined;
  }
}
