import { join, sep } from 'node:path';
import { pause } from '@backlog-runner/contracts';
import { findMarks } from '@backlog-runner/subprocess';
import type { Repository } from './repository.ts';
import { rm, stat } from './small-files.ts';

/** The lock that git says is in its way. */
export function lockNamedIn(stderr: string): string | undefined {
  return /Unable to create '(.+\.lock)': File exists/.exec(stderr)?.[1];
}

/** Git holds the lock of a ref for moments. */
const PATIENCE_MS = 2000;

/**
 * Removes the lock of a ref of the runner's own that a killed git left behind, if that is what git says is in its way.
 * True when it is gone. Only the git of runners takes such locks: one is left when it stays the same while every git
 * that was at work when it was seen first ends. Locks of other refs are the user's to remove.
 */
export async function removeDeadLock({ commonDir, system }: Repository, stderr: string): Promise<boolean> {
  const path = lockNamedIn(stderr);
  if (path === undefined || !path.startsWith(join(commonDir, 'refs', 'backlog-runner') + sep)) return false;
  const [before, atWork] = [await identityOf(path), await gitAtWork()];
  if (before === undefined) return true;
  await pause(system, PATIENCE_MS);
  const after = await identityOf(path);
  if (after === undefined) return true;
  const stillAtWork = (await gitAtWork()).some((mark) => atWork.includes(mark));
  if (after !== before || stillAtWork) return false;
  await rm(path, { force: true });
  return true;
}

async function identityOf(path: string): Promise<string | undefined> {
  return stat(path, { bigint: true }).then(
    ({ ino, ctimeNs, size }) => `${ino} ${ctimeNs} ${size}`,
    () => undefined,
  );
}

async function gitAtWork(): Promise<readonly string[]> {
  const marks = await findMarks();
  return marks.flatMap(({ pid, mark }) => (mark.includes('/git-') ? [`${pid} ${mark}`] : []));
}
