import { readdirSync, readFileSync } from 'node:fs';
import { execa } from 'execa';
import { markIn } from './mark.ts';
import { parseProcStat, parsePs } from './parse-process.ts';

/** One process of this machine. A process id names another process later; together with `born` it does not. */
export interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly born: string;
  /** It has ended and only waits for its parent to notice. */
  readonly dead: boolean;
  readonly mark: string | undefined;
}

export interface ProcessTable {
  readonly processes: readonly ProcessFacts[];
  /** False when a process came or went while looking, so that one or its mark may be missing. */
  readonly settled: boolean;
}

/** Something that starts processes faster than they can be read is not waited for. */
const LOOKS = 10;

/** Everything that runs. On Windows nothing: there a process is ended together with its tree. */
export async function processTable(): Promise<ProcessTable> {
  if (process.platform === 'linux') return readProc();
  if (process.platform === 'win32') return { processes: [], settled: true };
  return readPs();
}

/**
 * Reads without a pause, so that hardly anything changes meanwhile, and looks again for those that were born meanwhile
 * until there are none: their parents may have ended unseen. Costs about 25 µs for each process.
 */
function readProc(): ProcessTable {
  const processes: ProcessFacts[] = [];
  const seen = new Set<string>();
  let settled = true;
  for (let look = 0; look < LOOKS; look += 1) {
    const born = procNames().filter((name) => /^\d+$/.test(name) && !seen.has(name));
    if (born.length === 0) return { processes, settled };
    for (const name of born) {
      seen.add(name);
      const stat = parseProcStat(procFile(name, 'stat') ?? '');
      if (stat === undefined || stat.kernel || stat.dead) continue;
      const environment = procFile(name, 'environ');
      // It is gone, or in the middle of an exec, when a process shows no environment for a moment.
      if (environment === '') settled = false;
      processes.push({ ...stat, mark: environment === undefined ? undefined : markIn(environment.split('\0')) });
    }
  }
  return { processes, settled: false };
}

/** None where a container hides them; then only process groups can be ended. */
function procNames(): readonly string[] {
  try {
    return readdirSync('/proc');
  } catch {
    return [];
  }
}

/** Empty when the process is gone, undefined when it belongs to somebody else. */
function procFile(pid: string, file: 'stat' | 'environ'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'EACCES' || code === 'EPERM' ? undefined : '';
  }
}

/** `-E` shows the environment of one's own processes, as far as the system protects none of them. */
async function readPs(): Promise<ProcessTable> {
  const columns = ['pid', 'ppid', 'pgid', 'stat', 'lstart', 'command'].flatMap((name) => ['-o', `${name}=`]);
  const { stdout } = await execa('ps', ['-A', '-E', '-ww', ...columns], {
    reject: false,
    extendEnv: false,
    env: { PATH: '/bin:/usr/bin', LC_ALL: 'C' },
    maxBuffer: 256 * 1024 * 1024,
  });
  return { processes: parsePs(stdout ?? '').filter(({ dead }) => !dead), settled: true };
}
