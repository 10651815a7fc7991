import { execa } from 'execa';
import { treeOf } from './kin.ts';
import { type ProcessFacts, processTable } from './process-table.ts';
import type { Child } from './spawn-child.ts';

/**
 * Asks the process alone to stop, so that it can stop its own children in order. Returns its tree as it was before:
 * whoever loses its parent by this cannot be found by descent any more. On Windows, where nothing can be asked, the
 * tree is ended.
 */
export async function askToStop(child: Child, signal: 'SIGINT' | 'SIGTERM'): Promise<readonly ProcessFacts[]> {
  if (process.platform === 'win32') {
    await execa('taskkill', ['/PID', String(child.pid), '/T', '/F'], { reject: false });
    return [];
  }
  const tree = treeOf((await processTable()).processes, child.pid);
  child.kill(signal);
  return tree;
}

/**
 * Kills the group that the process leads or led. Returns whether there still was one: while something is in it, its
 * number is nobody else's. Call it while the process runs, or in the very moment it exits.
 */
export function killGroup(pid: number): boolean {
  if (process.platform === 'win32') return false;
  try {
    process.kill(-pid, 'SIGKILL');
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
