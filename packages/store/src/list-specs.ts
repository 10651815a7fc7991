import { readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { RepoPath, SpecProblem } from '@backlog-runner/contracts';
import { TASKS } from './places.ts';
import { lstatOf, refuseForeignBacklog } from './refuse-links.ts';
import { storing, unless } from './storage.ts';

/** What changes whenever the content of a file changes, but for two changes within one tick of the clock. */
export interface FileStamp {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

/** One directory below the tasks, as it was before it was listed. */
export interface SpecDirectory {
  readonly path: RepoPath;
  readonly stamp: FileStamp;
}

export interface SpecListing {
  readonly problems: readonly SpecProblem[];
  readonly directories: readonly SpecDirectory[];
}

/** Shows every task file there is, by directory and name. Follows no symbolic link, opens nothing. */
export function visitSpecs(directory: string, visit: (path: RepoPath, stamp: FileStamp) => void): SpecListing {
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
        if (isSpecName(name)) visit(path, stats);
      } else if (stats.isDirectory()) waiting.push(path);
      else if (stats.isSymbolicLink()) problems.push({ path, message: SYMBOLIC_LINK });
      else if (isSpecName(name))
        problems.push({ path, message: 'This is not a regular file, so it cannot be a task.' });
    }
  }
  return { problems, directories };
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

function isSpecName(name: string): boolean {
  return name.endsWith('.yaml') || name.endsWith('.yml');
}

export function sameStamp(left: FileStamp, right: FileStamp): boolean {
  return (
    left.size === right.size &&
    left.mtimeMs === right.mtimeMs &&
    left.ctimeMs === right.ctimeMs &&
    left.ino === right.ino
  );
}

export function stampOf(path: string): FileStamp | undefined {
  const stats = lstatOf(path);
  return stats && toStamp(stats);
}

const SYMBOLIC_LINK = 'This is a symbolic link, and links are not followed. Put a regular file here.';

function namesIn(place: string): string[] {
  return storing('read', place, () => unless(['ENOENT', 'ENOTDIR'], () => readdirSync(place)) ?? []);
}

export function toStamp({ size, mtimeMs, ctimeMs, ino }: FileStamp): FileStamp {
  return { size, mtimeMs, ctimeMs, ino };
}
