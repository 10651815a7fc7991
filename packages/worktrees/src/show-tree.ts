import { Buffer } from 'node:buffer';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type CommitId, isBacklogError, type TreeId } from '@backlog-runner/contracts';
import { makeReadable } from './readable.ts';
import { emptySlot } from './slot.ts';
import { copyFile, stat, utimes } from './small-files.ts';
import { type Outside, outsideIndex, wholeIndex } from './small-index.ts';
import type { WorkingCopy } from './working-copy.ts';

/** Makes the working tree exactly this tree, but for files that git ignores. */
export async function showTree(copy: WorkingCopy, tree: CommitId | TreeId): Promise<void> {
  const { git, indexFile } = copy;
  try {
    await git(['read-tree', '--reset', '-u', tree]);
  } catch (error) {
    if (!isBacklogError(error, 'GIT_FAILED')) throw error;
    // The index of a runner that was killed, or a tree that cannot be moved: begin with nothing.
    await rm(indexFile, { force: true });
    await rm(`${indexFile}.lock`, { force: true });
    await emptySlot(copy.checkout.directory);
    await git(['read-tree', '--reset', '-u', tree]);
  }
}

/** Whether the working tree is what the index says, but for files that git ignores. Half the price of making it so. */
export async function shows({ git }: WorkingCopy): Promise<boolean> {
  const asked = ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=all', '--ignore-submodules=all'];
  // The first column compares the index with the checkout's HEAD, which the agent may have moved.
  const { stdout } = await git(asked);
  return stdout.split('\0').every((line) => line === '' || (line[1] === ' ' && line[0] !== '?'));
}

/** Removes what the index does not know. `keep` are patterns as in `.gitignore`; ignored files stay when it is absent. */
export async function removeUntracked(copy: WorkingCopy, keep?: readonly string[]): Promise<void> {
  const outside = keep && (await withoutRepositories(copy));
  if (outside && keep && areKept(outside, keep)) return;
  const { git, checkout } = copy;
  const ignored = keep ? ['-x', ...keep.flatMap((pattern) => ['-e', pattern])] : [];
  const { code } = await git(['clean', '-ffdq', ...ignored], { accept: [0, 1] });
  if (code === 0) return;
  await makeReadable(checkout.directory);
  await git(['clean', '-ffdq', ...ignored]);
}

/** What the index does not know, but for git directories among tracked files: git itself never removes those. */
async function withoutRepositories(copy: WorkingCopy): Promise<readonly Outside[] | undefined> {
  const entries = wholeIndex(copy);
  const outside = entries && outsideIndex(copy, entries);
  const isRepository = ({ path }: Outside) => basename(path) === '.git';
  for (const { path } of outside?.filter(isRepository) ?? []) {
    const place = Buffer.concat([Buffer.from(`${copy.checkout.directory}/`), Buffer.from(path, 'latin1')]);
    await rm(place, { recursive: true, force: true });
  }
  return outside?.filter((found) => !isRepository(found));
}

/** False when that takes more than comparing names. */
function areKept(outside: readonly Outside[], keep: readonly string[]): boolean {
  const names = new Set(keep.filter((pattern) => PLAIN_NAME.test(pattern)));
  return outside.every(({ path }) => names.has(basename(path)));
}

/** A pattern that means what it says. */
const PLAIN_NAME = /^[\w-][\w.-]*$/;

/** Gives the checkout's own index, which the agent sees, the content and the times of ours. */
export async function shareIndex({ checkout, indexFile }: WorkingCopy): Promise<void> {
  const index = join(checkout.gitDir, 'index');
  await copyFile(indexFile, index);
  const { atime, mtime } = await stat(indexFile);
  // Git trusts an entry only when it is older than the index: the copy must not look newer.
  await utimes(index, atime, mtime);
}
