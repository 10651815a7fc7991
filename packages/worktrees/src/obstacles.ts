import { Buffer } from 'node:buffer';
import type { Stats } from 'node:fs';
import type { TreeChange } from './change-set.ts';
import type { Git } from './git.ts';
import { objectName } from './loose-object.ts';
import { lstat, readFile } from './small-files.ts';

export interface ObstacleSearch {
  /** The top of the user's checkout. */
  readonly directory: string;
  /** Git on that checkout with its own index. */
  readonly git: Git;
  readonly changes: readonly TreeChange[];
  /** In a sparse checkout tracked files are missing for good reason. */
  readonly isSparse: boolean;
}

/**
 * What `git read-tree` would overwrite without a word: ignored files where a landing adds one, and the user's own
 * uncommitted deletion of a file that it changes. Paths from the top of the repository. The rest git refuses itself.
 */
export async function findObstacles(search: ObstacleSearch): Promise<readonly string[]> {
  const { directory, changes, isSparse } = search;
  const obstacles: string[] = [];
  const candidates = new Map<string, TreeChange | undefined>();
  for (const change of changes) {
    const path = change.path.toString('utf8');
    const stats = await statAt(directory, change.path);
    if (change.change === 'modified' && !stats && !isSparse) obstacles.push(path);
    if (change.change !== 'added') continue;
    if (stats && !Buffer.from(path).equals(change.path)) obstacles.push(path);
    else if (stats) candidates.set(path, change);
    else for (const parent of await blockingParent(directory, path)) candidates.set(parent, undefined);
  }
  return [...obstacles, ...(await untrackedAmong(search, candidates))];
}

/** The untracked ones, ignored or not, but for those that have already what the landing would put there. */
async function untrackedAmong(
  { directory, git }: ObstacleSearch,
  candidates: ReadonlyMap<string, TreeChange | undefined>,
): Promise<readonly string[]> {
  if (candidates.size === 0) return [];
  const { stdout } = await git(['ls-files', '-z', '--others', '--', ...candidates.keys()]);
  const untracked = stdout.split('\0').filter((path) => path !== '');
  const theirs = await Promise.all(untracked.map((path) => isSame(directory, path, candidates.get(path))));
  return untracked.filter((_path, at) => !theirs[at]);
}

async function isSame(directory: string, path: string, change: TreeChange | undefined): Promise<boolean> {
  if (!change) return false;
  const stats = await statAt(directory, Buffer.from(path));
  if (!stats?.isFile()) return false;
  return objectName('blob', await readFile(`${directory}/${path}`)) === change.newId;
}

/** The first part of a path that is there but is no directory. */
async function blockingParent(directory: string, path: string): Promise<readonly string[]> {
  const parts = path.split('/');
  for (let length = 1; length < parts.length; length += 1) {
    const parent = parts.slice(0, length).join('/');
    const stats = await statAt(directory, Buffer.from(parent));
    if (!stats) return [];
    if (!stats.isDirectory()) return [parent];
  }
  return [];
}

async function statAt(directory: string, path: Buffer): Promise<Stats | undefined> {
  const full = Buffer.concat([Buffer.from(`${directory}/`), path]);
  // Windows knows names only as text.
  const stats = process.platform === 'win32' ? lstat(full.toString('utf8')) : lstat(full);
  return stats.catch(() => undefined);
}
