import { BacklogError, type Landing } from '@backlog-runner/contracts';
import { branchHead } from './branch-head.ts';
import { bringsFile, shownBranch } from './brings-file.ts';
import { claimFence, fenceFloor } from './fence-ref.ts';
import { land } from './land.ts';
import { landedCommits, landedPlans } from './landed-commits.ts';
import { mergeAttempt } from './merge.ts';
import type { Repository } from './repository.ts';
import { settleLandings } from './settle-landings.ts';

export interface GitLandingOptions {
  readonly repository: Repository;
  /** `main` or `refs/heads/main`. Default: the branch that the project directory's checkout shows. */
  readonly branch?: string;
}

/**
 * Landing in a git repository. Whoever lands should hold the lease `landing/<branch>`; correctness does not need it.
 * Throws `DETACHED_HEAD` when no branch is named and none is checked out.
 */
export async function gitLanding({ repository, branch: wanted }: GitLandingOptions): Promise<Landing> {
  const branch = await targetBranch(repository, wanted);
  return {
    branch,
    head: () => branchHead(repository, branch),
    treeOf: (commit) => repository.objects.treeOf(commit),
    claim: (task, fence) => claimFence(repository, task, fence),
    fenceFloor: () => fenceFloor(repository),
    merge: (request) => mergeAttempt(repository, request),
    land: (request) => land(repository, branch, request),
    landed: (since) => landedCommits(repository, branch, since),
    plans: () => landedPlans(repository, branch),
    bringsFile: (path) => bringsFile(repository, branch, path),
    settle: () => settleLandings(repository, branch),
  };
}

async function targetBranch(repository: Repository, wanted: string | undefined): Promise<string> {
  if (wanted !== undefined) return wanted.startsWith('refs/') ? wanted : `refs/heads/${wanted}`;
  // An attempt may be at work in the checkout itself, or a runner may have died while one was.
  const shown = await shownBranch(repository);
  if (shown !== undefined) return shown;
  throw new BacklogError('DETACHED_HEAD', `No branch is checked out in ${repository.checkout.directory}.`, {
    hint: 'Check one out: git switch <branch>',
    details: { directory: repository.checkout.directory },
  });
}
