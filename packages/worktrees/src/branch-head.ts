import { BacklogError, type CommitId } from '@backlog-runner/contracts';
import type { Git } from './git.ts';
import type { Repository } from './repository.ts';

/** The commit a branch points at. Throws `BRANCH_MISSING` when there is no such branch. */
export async function branchHead({ refs }: Repository, branch: string): Promise<CommitId> {
  const head = await refs.read(branch);
  if (head !== undefined) return head as CommitId;
  throw new BacklogError('BRANCH_MISSING', `There is no branch ${branch}.`, {
    hint: `Make it, or land on another one: git branch ${branch.replace('refs/heads/', '')} <commit>`,
    details: { branch },
  });
}

/** Whether a commit is the head of a branch or below it. */
export async function branchHolds({ refs, git }: Repository, branch: string, commit: CommitId): Promise<boolean> {
  const head = await refs.read(branch);
  if (head === undefined || head === commit) return head === commit;
  return isAncestor(git, commit, head);
}

/** False also when there is no such commit. */
export async function isAncestor(git: Git, commit: string, descendant: string): Promise<boolean> {
  const { code } = await git(['merge-base', '--is-ancestor', commit, descendant], { accept: [0, 1, 128] });
  return code === 0;
}
