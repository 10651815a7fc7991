import type { RepoPath } from '@backlog-runner/contracts';
import { headRef, operationIn } from './branch-checkouts.ts';
import { branchHead } from './branch-head.ts';
import { readCheckoutRecord } from './checkout-record.ts';
import type { Repository } from './repository.ts';

/** The branch the project directory's checkout shows, also while an attempt is at work in the checkout itself. */
export async function shownBranch(repository: Repository): Promise<string | undefined> {
  const { gitDir } = repository.checkout;
  return (await headRef(repository, gitDir)) ?? (await readCheckoutRecord(gitDir))?.head;
}

/** Whether a file of the project arrives in its checkout when the branch moves. */
export async function bringsFile(repository: Repository, branch: string, path: RepoPath): Promise<boolean> {
  const { objects, prefix, checkout } = repository;
  const isShown = (await shownBranch(repository)) === branch || (await operationIn(checkout.gitDir)) !== undefined;
  if (!isShown) return false;
  const tree = await objects.treeOf(await branchHead(repository, branch));
  return (await objects.entryAt(tree, `${prefix}${path}`)) !== undefined;
}
