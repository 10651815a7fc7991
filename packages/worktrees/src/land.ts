import { BacklogError, type CommitId, type LandRequest, type LandResult } from '@backlog-runner/contracts';
import { branchCheckouts } from './branch-checkouts.ts';
import { branchHead, branchHolds } from './branch-head.ts';
import { projectPath } from './change-set.ts';
import { areAsRendered, follow, type Held, type Move, planFollow } from './checkout-follow.ts';
import { formatCommitMessage } from './commit-message.ts';
import { commitText } from './commit-object.ts';
import { recordedFence } from './fence-ref.ts';
import type { FollowPlan } from './follow-plan.ts';
import { placeFiles } from './landed-files.ts';
import { isOurs, removeIntent, writeIntent } from './landing-intent.ts';
import { moveBranch } from './move-branch.ts';
import type { Repository } from './repository.ts';
import { takeBack } from './settle-landings.ts';

interface Prepared {
  readonly commit: CommitId;
  readonly move: Move;
  readonly taskFile: 'committed' | 'ignored';
}

type Refusal = Held | { readonly status: 'moved' | 'fenced' };

/**
 * Lands in the order of git's own fast-forward: checkouts follow first, then the branch moves. A crash in between
 * leaves the landing staged in a checkout, and an intent on disk by which it is taken back; the other order would
 * leave an index that reverts the landed work with the user's next commit.
 */
export async function land(repository: Repository, branch: string, request: LandRequest): Promise<LandResult> {
  const { task, also = [], fence, onto } = request;
  if ((await branchHead(repository, branch)) !== onto) return { status: 'moved' };
  for (const id of [task, ...also]) if ((await recordedFence(repository, id)) > fence) return { status: 'fenced' };

  const { commit, move, taskFile } = await prepare(repository, request);
  const plans = await planAll(repository, branch, move);
  if (!isPlan(plans)) return explain(repository, branch, request, plans);

  const refusal = await carryOut(repository, branch, request, { commit, move, plans });
  if (refusal) return explain(repository, branch, request, refusal);
  return { status: 'landed', commit, checkout: plans.length > 0 ? 'followed' : 'not-checked-out', taskFile };
}

async function prepare(repository: Repository, { tree, onto, files, message }: LandRequest): Promise<Prepared> {
  const { objects, identity, system, changes } = repository;
  const from = await objects.treeOf(onto);
  const placed = await placeFiles(repository, { tree, onto: from, files });
  const text = commitText({
    tree: placed.tree,
    parents: [onto],
    identity: await identity(),
    at: system.now(),
    message: formatCommitMessage(message),
  });
  const own = new Set(placed.files.map(({ path }) => path));
  const others = async () => (await changes(from, tree)).filter(({ path }) => !own.has(path.toString('utf8')));
  return {
    commit: await objects.writeCommit(text),
    move: { from, to: placed.tree, changes: others, files: placed.files },
    taskFile: placed.someIgnored ? 'ignored' : 'committed',
  };
}

async function planAll(repository: Repository, branch: string, move: Move): Promise<readonly FollowPlan[] | Refusal> {
  const plans: FollowPlan[] = [];
  for (const checkout of await branchCheckouts(repository, branch)) {
    const plan = await planFollow(repository, checkout, move);
    if ('status' in plan) return plan;
    plans.push(plan);
  }
  // Afterwards: what is edited from now on is noticed when the files are replaced.
  const isOurs = plans.some(({ gitDir }) => gitDir === repository.checkout.gitDir);
  if (isOurs && !(await areAsRendered(repository, move.files))) return { status: 'moved' };
  return plans;
}

function isPlan(plans: readonly FollowPlan[] | Refusal): plans is readonly FollowPlan[] {
  return !('status' in plans);
}

interface Landable extends Pick<Prepared, 'commit' | 'move'> {
  readonly plans: readonly FollowPlan[];
}

/** Undefined once the branch has moved. Otherwise everything is as it was. */
async function carryOut(
  repository: Repository,
  branch: string,
  { task, also = [], fence, onto }: LandRequest,
  { commit, move, plans }: Landable,
): Promise<Refusal | undefined> {
  const { commonDir } = repository;
  const intent = plans.length > 0 ? await writeIntent(commonDir, { task, fence, branch, commit, plans }) : undefined;
  const begun: FollowPlan[] = [];
  const followAndMove = async (): Promise<Refusal | undefined> => {
    for (const plan of plans) {
      // Whoever slept past its lease may find that another runner has settled its landing.
      if (intent && !(await isOurs(intent))) return { status: 'moved' };
      begun.push(plan);
      const held = await follow(repository, plan, move);
      if (held) {
        if (!held.hasMoved) begun.pop();
        return held;
      }
    }
    const moved = await moveBranch(repository, { branch, from: onto, to: commit, task, fence, also });
    if (moved.status === 'locked') return { status: 'held', reason: lockedRef(moved.lock), paths: [] };
    return moved.status === 'done' ? undefined : { status: moved.status };
  };

  let refusal: Refusal | undefined;
  let failure: unknown;
  try {
    refusal = await followAndMove();
  } catch (error) {
    // A command that was killed may have done its work all the same.
    if (!(await branchHolds(repository, branch, commit))) failure = error;
  }
  if (refusal || failure) {
    const stuck = await takeBack(repository, branch, begun);
    if (stuck.length > 0 && intent && (await isOurs(intent))) throw notTakenBack(stuck, failure);
  }
  if (intent) await removeIntent(intent);
  if (failure) throw failure;
  return refusal;
}

function lockedRef(lock: string): string {
  return `Another git command is at work in the repository, or died there: ${lock} exists.`;
}

/** What was in the way of a branch that has moved by now does not matter. */
async function explain(
  repository: Repository,
  branch: string,
  { onto }: LandRequest,
  refusal: Refusal,
): Promise<LandResult> {
  if (refusal.status !== 'held') return { status: refusal.status };
  if ((await branchHead(repository, branch)) !== onto) return { status: 'moved' };
  const paths = refusal.paths.map((path) => projectPath(path, repository.prefix));
  return { status: 'held', reason: refusal.reason, paths };
}

function notTakenBack(directories: readonly string[], cause: unknown): BacklogError {
  return new BacklogError('GIT_FAILED', `A landing that failed left changes staged in ${directories.join(', ')}.`, {
    hint: 'Look at them with: git status',
    details: { directories },
    cause,
  });
}
