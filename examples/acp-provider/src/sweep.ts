import { readdir, readFile } from 'node:fs/promises';
import { MARK_VARIABLE, pause, type System } from '@backlog-runner/contracts';

/**
 * Kills every process that carries the mark, also one that left its group and its session. Linux tells the environment
 * of a process; where there is no `/proc`, only the group is ended.
 */
export async function sweep(mark: string, system: System): Promise<void> {
  while ((await killMarked(mark)) > 0) await pause(system, 10);
}

async function killMarked(mark: string): Promise<number> {
  const entry = `${MARK_VARIABLE}=${mark}`;
  const names = await readdir('/proc').catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (pid) => {
        const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
        return environment.split('\0').includes(entry) ? [Number(pid)] : [];
      }),
  );
  return found.flat().filter(kill).length;
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
