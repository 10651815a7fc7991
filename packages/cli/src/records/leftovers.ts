import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochMs } from '@backlog-runner/contracts';
import type { Leftover } from '@backlog-runner/runner';
import type { OpenRecords } from './open-records.ts';

/** What unfinished writes leave: by directory, the names that nobody else would choose. */
export async function findLeftovers({
  project: { directory, stateDirectory },
  repository: { commonDir },
  pool,
  poolDirectory,
}: Pick<OpenRecords, 'project' | 'repository' | 'pool' | 'poolDirectory'>): Promise<readonly Leftover[]> {
  const tasks = join(directory, 'backlog', 'tasks');
  const below = await readdir(tasks, { withFileTypes: true, recursive: true }).catch(() => []);
  const directories = below
    .filter((entry) => entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name));
  const asides = (await pool.list()).filter((entry) => entry.kind === 'aside' && entry.isEmpty);
  const found = await Promise.all([
    matching(stateDirectory, /^(index|ideas)\.[a-z2-7]{8}\.tmp$/),
    matching(commonDir, /^backlog-runner-index-[a-z2-7]{12}$/),
    ...[tasks, ...directories].map((place) => matching(place, /^\.[a-z2-7]{12}\.tmp$/)),
    asides.map(({ name }) => join(poolDirectory, name)),
  ]);
  return (await Promise.all(found.flat().map(leftover))).flat();
}

async function matching(directory: string, pattern: RegExp): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => []);
  return names.filter((name) => pattern.test(name)).map((name) => join(directory, name));
}

async function leftover(path: string): Promise<readonly Leftover[]> {
  return stat(path).then(
    ({ mtimeMs }) => [{ path, changedAt: Math.floor(mtimeMs) as EpochMs }],
    () => [],
  );
}
