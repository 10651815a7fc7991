import { join } from 'node:path';
import type { CommitId } from '@backlog-runner/contracts';
import { GITLINK_MODE, type TreeChange } from './change-set.ts';
import { access } from './small-files.ts';
import type { WorkingCopy } from './working-copy.ts';

export interface KeptSubmodules {
  /** Commits that are in the repository now, with all that they need. */
  readonly commits: readonly CommitId[];
  /** Those that are not, as people should read it. */
  readonly notKept: readonly string[];
}

/**
 * Brings the commits that an attempt made in submodules into the repository itself: a tree only names them, and the
 * submodule's own repository goes with the workspace. What is not committed in a submodule is not kept.
 */
export async function keepSubmodules(copy: WorkingCopy, changes: readonly TreeChange[]): Promise<KeptSubmodules> {
  const moved = changes.filter(({ oldMode, newMode }) => oldMode === GITLINK_MODE && newMode === GITLINK_MODE);
  const commits: CommitId[] = [];
  const notKept: string[] = [];
  for (const { path, newId } of moved) {
    const name = path.toString('utf8');
    if (await fetchFrom(copy, name, newId)) commits.push(newId as CommitId);
    else notKept.push(`${name}: commit ${newId} of a submodule`);
  }
  return { commits, notKept };
}

async function fetchFrom({ repository, checkout }: WorkingCopy, path: string, commit: string): Promise<boolean> {
  const { git, objects } = repository;
  const directory = join(checkout.directory, path);
  const isThere = await access(join(directory, '.git')).then(
    () => true,
    () => false,
  );
  if (isThere) {
    const options = [
      '--quiet',
      '--no-tags',
      '--no-write-fetch-head',
      '--no-auto-maintenance',
      '--recurse-submodules=no',
    ];
    await git(['fetch', ...options, directory, 'HEAD'], { accept: [0, 1, 128] });
  }
  return objects.isCommit(commit);
}
