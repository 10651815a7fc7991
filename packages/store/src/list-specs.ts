import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { RepoPath, SpecProblem } from '@backlog-runner/contracts';
import { createStamps, type FileStamp, type FileStamps, stampOf } from './file-stamp.ts';
import { TASKS } from './places.ts';
import { lstatOf, refuseForeignBacklog } from './refuse-links.ts';
import { storing, unless } from './storage.ts';

/** One directory below the tasks, as it was before it was listed. */
export interface SpecDirectory {
  readonly path: RepoPath;
  readonly stamp: FileStamp;
}

export interface SpecListing {
  /** Of the task files, by directory and name. */
  readonly paths: readonly RepoPath[];
  /** Of each of those, in its place. */
  readonly stamps: FileStamps;
  readonly problems: readonly SpecProblem[];
  readonly directories: readonly SpecDirectory[];
}

/** Every task file there is. Follows no symbolic link, opens nothing. */
export function listSpecs(directory: string): SpecListing {
  const paths: RepoPath[] = [];
  const stamps = createStamps();
  const problems: SpecProblem[] = [];
  const directories: SpecDirectory[] = [];
  const waiting = [TASKS];
  refuseForeignBacklog(directory);
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const place = join(directory, folder);
    const stamp = stampOf(place);
    if (!stamp) continue;
    directories.push({ path: folder as RepoPath, stamp });
    for (const name of namesIn(place).sort()) {
      if (name.startsWith('.')) continue;
      const path = `${folder}/${name}` as RepoPath;
      const stats = lstatOf(place + sep + name);
      if (stats === undefined) continue;
      if (stats.isFile()) {
        if (!isSpecName(name)) continue;
        paths.push(path);
        stamps.push(stats);
      } else if (stats.isDirectory()) waiting.push(path);
      else if (stats.isSymbolicLink()) problems.push({ path, message: SYMBOLIC_LINK });
      else if (isSpecName(name))
        problems.push({ path, message: 'This is not a regular file, so it cannot be a task.' });
    }
  }
  return { paths, stamps, problems, directories };
}

/** The permissions of one regular task file; undefined when there is none. Follows no symbolic link. */
export function modeOfSpec(directory: string, path: string): number | undefined {
  refuseForeignBacklog(directory);
  const parts = path.split('/');
  const folder = lstatOf(join(directory, ...parts.slice(0, -1)));
  const stats = folder && !folder.isSymbolicLink() ? lstatOf(join(directory, path)) : undefined;
  return stats?.isFile() ? stats.mode & 0o7777 : undefined;
}

/** The directory of tasks and those below it, absolute. */
export function taskDirectories(directory: string): readonly string[] {
  const found: string[] = [];
  const waiting = [join(directory, TASKS)];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const place = folder;
    found.push(place);
    const entries = unless(['ENOENT', 'ENOTDIR', 'EACCES'], () => readdirSync(place, { withFileTypes: true })) ?? [];
    for (const entry of entries) {
      if (entry.isDirectory() && !entry.name.startsWith('.')) waiting.push(join(place, entry.name));
    }
  }
  return found;
}

/** Whether a file of this name is a task. */
export function isSpecName(name: string): boolean {
  return name.endsWith('.yaml') || name.endsWith('.yml');
}

const SYMBOLIC_LINK = 'This is a symbolic link, and links are not followed. Put a regular file here.';

function namesIn(place: string): string[] {
  return storing('read', place, () => unless(['ENOENT', 'ENOTDIR'], () => readdirSync(place)) ?? []);
}
