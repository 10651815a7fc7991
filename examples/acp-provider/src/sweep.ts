import { readdir, readFile } from 'node:fs/promises';
import { MARK_VARIABLE, pause, type System } from '@backlog-runner/contracts';

/**
 * Kills every process that carries the mark, also one that left its session, or is in the group whose leader has ended,
 * and waits until none is left. Where there is no `/proc`, it finds none.
 */
export async function sweep(mark: string, ended: number, system: System): Promise<void> {
  const found = new Set<number>();
  const belongs = ({ pid, group, environment }: ProcessFacts) =>
    found.has(pid) || group === ended || environment.includes(`${MARK_VARIABLE}=${mark}`);
  for (;;) {
    const left = (await livingProcesses()).filter(belongs);
    if (left.length === 0) return;
    for (const { pid } of left) {
      // One that is dying tells no environment any more.
      found.add(pid);
      kill(pid);
    }
    await pause(system, 10);
  }
}

interface ProcessFacts {
  readonly pid: number;
  readonly group: number;
  readonly environment: readonly string[];
}

async function livingProcesses(): Promise<readonly ProcessFacts[]> {
  const names = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const facts = await Promise.all(names.map((pid) => factsOf(Number(pid)).catch(() => [])));
  return facts.flat();
}

async function factsOf(pid: number): Promise<readonly ProcessFacts[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
  // The name of the program, in brackets, may hold anything.
  const [state = '', , group = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return [];
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  return [{ pid, group: Number(group), environment: environment.split('\0') }];
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone by now.
  }
}
