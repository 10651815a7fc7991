import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { parseRepoPath } from '@backlog-runner/contracts';

/** Whether a path, links followed, lies inside the directory and not in git's own. It need not exist yet. */
export async function isInside(path: string, directory: string): Promise<boolean> {
  if (path === '') return false;
  const within = relative(await realpath(directory), await realPlace(resolve(directory, path)));
  return parseRepoPath(within) !== undefined;
}

/** Where a path leads: what of it exists, with links followed, and the rest as it is. */
async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(await realPlace(above), basename(path));
  }
}
