import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { BacklogError } from '@backlog-runner/contracts';
import { TASKS } from './places.ts';
import { codeOf, storageFailed, storing } from './storage.ts';

/** A repository may hold anything, also a `backlog` that is a link to a directory of somebody else's. */
export function refuseForeignBacklog(directory: string): void {
  for (const path of ['backlog', TASKS]) {
    const place = join(directory, path);
    if (!lstatOf(place)?.isSymbolicLink()) continue;
    const target = storing('read', place, () => relative(realpathSync(directory), realpathSync(place)));
    if (target !== '..' && !target.startsWith(`..${sep}`)) continue;
    throw new BacklogError('STORAGE_FAILED', `${place} is a symbolic link that leaves the project.`, {
      hint: 'Replace it by a directory.',
      details: { path: place },
    });
  }
}

/** Whether there is such a file. Throws when it is anything but a regular one. */
export function isRegularFile(path: string): boolean {
  const stats = lstatOf(path);
  if (!stats || stats.isFile()) return stats !== undefined;
  throw new BacklogError('STORAGE_FAILED', `${path} is not a regular file.`, {
    hint: 'Move it away.',
    details: { path },
  });
}

/** About the path itself, not about what it links to. Undefined when there is nothing. */
export function lstatOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, NO_THROW);
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') return undefined;
    throw storageFailed('read', path, error);
  }
}

const NO_THROW = { throwIfNoEntry: false } as const;
