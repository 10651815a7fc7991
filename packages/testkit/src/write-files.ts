import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseRepoPath } from '@backlog-runner/contracts';
import type { MemoryRepository } from './memory-repository.ts';

export interface FileChange {
  readonly path: string;
  readonly change: 'added' | 'modified' | 'deleted';
}

/** Writes contents by path, null deleting, and says what changed. */
export type WriteFiles = (
  directory: string,
  files: Readonly<Record<string, string | null>>,
) => Promise<readonly FileChange[]>;

/** To the disk. Throws for a path outside the directory: a mistake in the test. */
export const writeFiles: WriteFiles = async (directory, files) => {
  const changes: FileChange[] = [];
  for (const [path, content] of Object.entries(files)) {
    const target = join(directory, inside(path));
    const existed = await exists(target);
    if (content === null) await rm(target, { force: true, recursive: true });
    else {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, content);
    }
    changes.push({ path, change: changeOf(existed, content) });
  }
  return changes;
};

/** To the working copies that are open in the repository. */
export function writeInto(repository: MemoryRepository): WriteFiles {
  return async (directory, files) => {
    const open = repository.directories.get(directory);
    if (!open) throw new Error(`No workspace is open at ${directory}.`);
    return Object.entries(files).map(([path, content]) => {
      const existed = open.read(inside(path)) !== undefined;
      if (content === null) open.remove(path);
      else open.write(path, content);
      return { path, change: changeOf(existed, content) };
    });
  };
}

function inside(path: string): string {
  if (parseRepoPath(path) !== path || path === '')
    throw new Error(`${JSON.stringify(path)} is no path of a workspace.`);
  return path;
}

function changeOf(existed: boolean, content: string | null): FileChange['change'] {
  if (content === null) return 'deleted';
  return existed ? 'modified' : 'added';
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
