import type { CommitId, TreeId } from '@backlog-runner/contracts';
import { GITLINK_MODE, type TreeChange } from './change-set.ts';
import { hideNestedRepositories } from './nested-repositories.ts';
import { makeReadable } from './readable.ts';
import { smallIndex } from './small-index.ts';
import type { WorkingCopy } from './working-copy.ts';

export interface Snapshot {
  readonly tree: TreeId;
  /** Against the tree it was compared with. */
  readonly changes: readonly TreeChange[];
  /** A commit that holds the git directories of repositories that were nested in the working tree. */
  readonly nested: CommitId | undefined;
}

/**
 * Everything in a working tree that git does not ignore, as a tree. A repository nested in it, which git would record
 * as a mere commit name, is taken with its files.
 */
export async function takeSnapshot(copy: WorkingCopy, against: TreeId): Promise<Snapshot> {
  const { git, repository } = copy;
  const hidden = hideNestedRepositories(copy);
  const add = addArguments(await notIgnored(copy));
  let repaired = false;
  try {
    for (;;) {
      const added = await addAll(copy, add);
      if (!added) {
        if (await hidden.hideUntracked()) continue;
        if (repaired) await git(add, { magicPathspecs: true });
        repaired = true;
        await makeReadable(copy.checkout.directory);
        continue;
      }
      const tree = await writeTree(copy, against);
      const changes = await repository.changes(against, tree);
      const links = changes.filter(({ oldMode, newMode }) => newMode === GITLINK_MODE && oldMode !== GITLINK_MODE);
      if (links.length === 0) return { tree, changes, nested: await hidden.commit() };
      await hidden.hide(links.map(({ path }) => path));
    }
  } finally {
    await hidden.restore();
  }
}

async function writeTree(copy: WorkingCopy, like: TreeId): Promise<TreeId> {
  const entries = smallIndex(copy);
  const tree = entries && (await copy.repository.objects.treeOfIndex(entries, like));
  return tree ?? ((await copy.git(['write-tree'])).stdout.trim() as TreeId);
}

async function addAll({ git }: WorkingCopy, add: readonly string[]): Promise<boolean> {
  const { code } = await git(add, { accept: [0, 1, 128], magicPathspecs: true });
  return code === 0;
}

/** What is left out and not ignored anyway: naming an ignored path, even to exclude it, makes `git add` end with 1. */
async function notIgnored({ git, leftOut }: WorkingCopy): Promise<readonly string[]> {
  if (leftOut.length === 0) return [];
  const input = leftOut.map((path) => `./${path}\0`).join('');
  const { stdout } = await git(['check-ignore', '-z', '--stdin'], { input, accept: [0, 1], magicPathspecs: true });
  const ignored = new Set(stdout.split('\0'));
  return leftOut.filter((path) => !ignored.has(`./${path}`));
}

function addArguments(leftOut: readonly string[]): readonly string[] {
  return ['add', '--all', '--ignore-errors', '--', '.', ...leftOut.map((path) => `:(exclude,top,literal)${path}`)];
}
