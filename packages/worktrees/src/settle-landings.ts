import { branchHead, branchHolds } from './branch-head.ts';
import { unfollow } from './checkout-follow.ts';
import { closeClaim } from './fence-ref.ts';
import type { FollowPlan } from './follow-plan.ts';
import { dropDrafts, type LandingIntent, readIntents, removeIntent } from './landing-intent.ts';
import type { Repository } from './repository.ts';

/** Ends landings that were interrupted: what moved the branch is done, anything else is taken back. */
export async function settleLandings(repository: Repository, branch: string): Promise<readonly string[]> {
  const left: string[] = [];
  await dropDrafts(repository.commonDir);
  for (const file of await readIntents(repository.commonDir)) {
    const { intent } = file;
    if (intent.branch !== branch) continue;
    const stuck = (await hasLanded(repository, intent)) ? [] : await takeBack(repository, branch, intent.plans);
    left.push(...stuck);
    if (stuck.length === 0) await removeIntent(file);
  }
  return left;
}

/** Final: a runner that sleeps in the middle of it cannot land any more when it wakes. */
async function hasLanded(repository: Repository, { branch, commit, task, fence }: LandingIntent): Promise<boolean> {
  if (await branchHolds(repository, branch, commit)) return true;
  await closeClaim(repository, task, fence);
  return branchHolds(repository, branch, commit);
}

/** Takes checkouts back to where they were. Answers with the directories of those that refuse. */
export async function takeBack(
  repository: Repository,
  branch: string,
  plans: readonly FollowPlan[],
): Promise<readonly string[]> {
  const stuck: string[] = [];
  for (const plan of plans) {
    const tree = await repository.objects.treeOf(await branchHead(repository, branch));
    if ((await unfollow(repository, plan, tree)) !== undefined) stuck.push(plan.directory);
  }
  return stuck;
}
