import type { CommitId, TaskId } from '@backlog-runner/contracts';
import { changedPaths } from './ledger.ts';
import type { PersonWorld } from './person.ts';

const TASK_FILE = /^backlog\/tasks\/(.+)\.yaml$/;

/** Reverts a landing as git does: only where nothing was changed since, in the branch and in the checkout. */
export function revertLanding(
  { repository, ledger, chance }: PersonWorld,
  marks: Map<TaskId, string[]>,
  touched: Set<TaskId>,
): string {
  const { objects, checkout, refs, branch } = repository;
  const commit = chance.pickOf(repository.history().filter(({ message }) => message.trailers.length > 0));
  const [parent] = commit?.parents ?? [];
  if (!commit || parent === undefined) return 'looks around';
  const task = commit.message.trailers.find(([name]) => name === 'Backlog-Task')?.[1] as TaskId | undefined;
  const [before, after] = [objects.tree(parent), objects.tree(commit.id)];
  const head = objects.tree(repository.head());
  const paths = changedPaths(before, after);
  if (paths.some((path) => head.get(path) !== after.get(path) || checkout.read(path) !== head.get(path)))
    return 'looks around';
  const next = new Map(head);
  for (const path of paths) {
    const content = before.get(path);
    if (content === undefined) {
      next.delete(path);
      checkout.remove(path);
    } else {
      next.set(path, content);
      checkout.write(path, content);
    }
  }
  const message = { subject: 'Revert', body: `This reverts commit ${commit.id}.`, trailers: [] };
  const parents: readonly CommitId[] = [repository.head()];
  refs.set(branch, objects.addCommit({ tree: objects.addTree(next), parents, message }));
  for (const path of paths) {
    const [, id] = TASK_FILE.exec(path) ?? [];
    if (id === undefined) continue;
    touched.add(id as TaskId);
    marks.delete(id as TaskId);
  }
  if (task !== undefined) touched.add(task);
  if (task !== undefined && ledger.standing(task) === commit.id) {
    ledger.reverted(task);
    marks.delete(task);
  }
  return `reverts ${task ?? 'a plan'}`;
}
