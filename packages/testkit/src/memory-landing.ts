import {
  type AttemptId,
  BacklogError,
  type CommitId,
  type InquiryId,
  type LandedCommit,
  type LandedPlan,
  type Landing,
  type LandRequest,
  type LandResult,
  type TaskId,
} from '@backlog-runner/contracts';
import type { MemoryFiles } from './memory-files.ts';
import type { MemoryRepository } from './memory-repository.ts';
import { changedFiles, type MemoryTree, mergeTrees } from './memory-tree.ts';

/**
 * Lands on the repository's branch, whose checkout follows. A landing is held when the user has changed a file in the
 * checkout that it would change, but for the task's own file.
 */
export function memoryLanding(repository: MemoryRepository): Landing {
  const { objects, fences, branch, checkout } = repository;
  return {
    branch,
    head: async () => repository.head(),
    treeOf: async (commit) => objects.commit(commit).tree,
    async claim(task, fence) {
      if ((fences.get(task) ?? 0) > fence) throw staleFence(task);
      fences.set(task, fence);
    },
    fenceFloor: async () => Math.max(0, ...fences.values()),
    async merge({ attempt, base, onto }) {
      const merged = mergeTrees(objects.tree(base), objects.tree(onto), objects.tree(attempt));
      const tree = objects.addTree(merged.tree);
      const { conflicts } = merged;
      return conflicts.length > 0 ? { status: 'conflicted', tree, paths: conflicts } : { status: 'merged', tree };
    },
    land: async (request) => land(repository, checkout, request),
    landed: async (since) => landedCommits(repository, since),
    plans: async () => landedPlans(repository),
    bringsFile: async (path) => objects.tree(repository.head()).has(path),
    // A step that cannot be interrupted leaves nothing half done.
    settle: async () => [],
  };
}

/** One step: it awaits nothing between the checks and the move. */
function land(repository: MemoryRepository, checkout: MemoryFiles, request: LandRequest): LandResult {
  const { objects, fences, refs, branch } = repository;
  const { task, also = [], fence, onto, files, message } = request;
  if ([task, ...also].some((id) => fences.get(id) !== fence)) return { status: 'fenced' };
  if (repository.head() !== onto) return { status: 'moved' };

  if (files.some(({ path, replaces }) => replaces !== undefined && checkout.read(path) !== replaces)) {
    return { status: 'moved' };
  }
  const before = objects.tree(onto);
  const committed = files.filter(({ path }) => !repository.ignores(path));
  const placed = committed.map(({ path, content }) => [path, content] as const);
  const after = new Map([...objects.tree(request.tree), ...placed]);
  const own = new Set<string>(files.map(({ path }) => path));
  const paths = inTheWay(checkout, before, after).filter((path) => !own.has(path));
  if (paths.length > 0) return { status: 'held', reason: 'Changes in the checkout are in the way.', paths };

  const commit = objects.addCommit({ tree: objects.addTree(after), parents: [onto], message });
  follow(checkout, before, after);
  refs.set(branch, commit);
  const apart = committed.length < files.length ? { taskFile: 'ignored' as const } : {};
  return { status: 'landed', commit, checkout: 'followed', ...apart };
}

function inTheWay(checkout: MemoryFiles, before: MemoryTree, after: MemoryTree): readonly string[] {
  return changedFiles(before, after)
    .map(({ path }) => path)
    .filter((path) => checkout.read(path) !== before.get(path) && checkout.read(path) !== after.get(path));
}

function follow(checkout: MemoryFiles, before: MemoryTree, after: MemoryTree): void {
  for (const { path } of changedFiles(before, after)) {
    const content = after.get(path);
    if (content === undefined) checkout.remove(path);
    else checkout.write(path, content);
  }
}

function staleFence(task: TaskId): BacklogError {
  return new BacklogError('FENCE_STALE', `The task ${task} was claimed again since.`, { details: { task } });
}

function landedPlans(repository: MemoryRepository): readonly LandedPlan[] {
  const { commits, reverted } = trailersOf(repository);
  return commits
    .flatMap(({ commit: { id }, trailers }) => {
      const plan = trailers.get('Backlog-Plan');
      return plan === undefined ? [] : [{ commit: id, plan: plan as InquiryId, reverted: reverted.has(id) }];
    })
    .reverse();
}

function trailersOf(repository: MemoryRepository) {
  const commits = repository.history().map((commit) => ({ commit, trailers: new Map(commit.message.trailers) }));
  const reverts = commits.map(({ commit }) => /^This reverts commit (\S+)\.$/m.exec(commit.message.body)?.[1]);
  return { commits, reverted: new Set(reverts) };
}

function landedCommits(repository: MemoryRepository, since: CommitId | undefined): readonly LandedCommit[] {
  const { commits, reverted } = trailersOf(repository);
  const start = commits.findIndex(({ commit }) => commit.id === since) + 1;
  return commits
    .slice(start)
    .flatMap(({ commit, trailers }) => {
      const [task, attempt] = [trailers.get('Backlog-Task'), trailers.get('Backlog-Attempt')];
      if (task === undefined || attempt === undefined) return [];
      const { id } = commit;
      return [{ commit: id, task: task as TaskId, attempt: attempt as AttemptId, reverted: reverted.has(id) }];
    })
    .reverse();
}
