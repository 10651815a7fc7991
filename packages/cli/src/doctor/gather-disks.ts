import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { poolDirectory } from '../compose.ts';
import type { DiskFacts } from './facts.ts';
import type { Ground } from './gather-facts.ts';
import { known, valueIn } from './known.ts';

/** The room there is where runners write. A disk that holds several of these is told once. */
export async function diskFacts({ project, repository, settings, environment }: Ground): Promise<readonly DiskFacts[]> {
  const pool = repository && (await known(async () => poolDirectory({ project, repository, settings, environment })));
  const workspaces = pool && valueIn(pool);
  const places: readonly (readonly [string, string])[] = [
    ['the repository', project.directory],
    ...(workspaces === undefined ? [] : [['the workspaces', workspaces] as const]),
  ];
  const disks = new Map<number, DiskFacts>();
  for (const [what, path] of places) {
    const there = await nearestThere(path);
    const { dev } = await stat(there);
    if (disks.has(dev)) continue;
    const { bavail, bsize, files, ffree } = await statfs(there);
    disks.set(dev, { what, path: there, freeBytes: bavail * bsize, freeFiles: files > 0 ? ffree : undefined });
  }
  return [...disks.values()];
}

async function nearestThere(path: string): Promise<string> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  return isThere || path === dirname(path) ? path : nearestThere(dirname(path));
}
