import type { CommitId, EpochMs, Landing, MergeResult, TreeId } from '@backlog-runner/contracts';
import { projectPath } from './change-set.ts';
import { commitText } from './commit-object.ts';
import type { Repository } from './repository.ts';

/**
 * What an attempt, made on `base`, gives on top of `onto`: a three-way merge with exactly `base` in the middle,
 * whatever the agent did to its history.
 */
export async function mergeAttempt(
  repository: Repository,
  { attempt, base, onto }: Parameters<Landing['merge']>[0],
): Promise<MergeResult> {
  const { objects, git, prefix } = repository;
  const [theirs, middle, ours] = await Promise.all([attempt, base, onto].map((commit) => objects.treeOf(commit)));
  if (!theirs || !middle || !ours) throw new Error('A merge of three commits.');
  if (ours === middle) return { status: 'merged', tree: theirs };
  if (theirs === middle || theirs === ours) return { status: 'merged', tree: ours };

  const root = await writeSide(repository, middle, []);
  const sides = await Promise.all([ours, theirs].map((tree) => writeSide(repository, tree, [root])));
  const { code, stdout } = await git(['merge-tree', '--write-tree', '-z', '--name-only', ...sides], { accept: [0, 1] });
  const [tree, ...rest] = stdout.split('\0');
  if (code === 0) return { status: 'merged', tree: tree as TreeId };
  const paths = rest.slice(0, rest.indexOf('')).map((path) => projectPath(path, prefix));
  return { status: 'conflicted', tree: tree as TreeId, paths };
}

/** git 2.38 and 2.39 take the middle of a merge from history only, so it gets a history of two commits. */
function writeSide({ objects }: Repository, tree: TreeId, parents: readonly CommitId[]): Promise<CommitId> {
  const identity = 'backlog-runner <backlog-runner@localhost>';
  return objects.writeCommit(
    commitText({ tree, parents, identity, at: 0 as EpochMs, message: 'One side of a merge\n' }),
  );
}
