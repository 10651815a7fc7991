import { BacklogError, type CommitId, type Fence, type TaskId } from '@backlog-runner/contracts';
import { type MemoryFiles, memoryFiles } from './memory-files.ts';
import { type MemoryCommit, type MemoryObjects, memoryObjects } from './memory-objects.ts';

export interface MemoryRepositoryOptions {
  /** The files of the first commit. */
  readonly files?: Readonly<Record<string, string>>;
  /** The full name of the branch. Default `refs/heads/main`. */
  readonly branch?: string;
  /** What git ignores in the checkout: no commit ever holds it. Default: nothing. */
  readonly ignores?: (path: string) => boolean;
}

/** What there is of a git repository without git: one branch, the user's checkout of it, and our refs. */
export interface MemoryRepository {
  readonly branch: string;
  /** The working files of the user, who has the branch checked out. Whatever differs from the branch is theirs. */
  readonly checkout: MemoryFiles;
  readonly objects: MemoryObjects;
  /** Every ref but the fences, by its full name. */
  readonly refs: Map<string, CommitId>;
  /** The fence table: what `refs/backlog-runner/fences/<task>` holds. */
  readonly fences: Map<TaskId, Fence>;
  /** The working files of every open workspace, by its directory. */
  readonly directories: Map<string, MemoryFiles>;
  ignores(path: string): boolean;
  head(): CommitId;
  /** The branch's commits, oldest first. */
  history(): readonly MemoryCommit[];
  /** Makes these changes in the checkout (null deletes) and commits all of it to the branch, as its user does. */
  commit(subject: string, changes?: Readonly<Record<string, string | null>>): CommitId;
}

export function memoryRepository(options: MemoryRepositoryOptions = {}): MemoryRepository {
  const { files = {}, branch = 'refs/heads/main', ignores = () => false } = options;
  const checkout = memoryFiles(files);
  const objects = memoryObjects();
  const refs = new Map<string, CommitId>();

  const head = (): CommitId => {
    const commit = refs.get(branch);
    if (commit === undefined) throw new BacklogError('BRANCH_MISSING', `There is no branch ${branch}.`);
    return commit;
  };
  const commitCheckout = (subject: string, parents: readonly CommitId[]): CommitId => {
    const tree = objects.addTree(new Map(checkout.entries().filter(([path]) => !ignores(path))));
    const commit = objects.addCommit({ tree, parents, message: { subject, body: '', trailers: [] } });
    refs.set(branch, commit);
    return commit;
  };

  commitCheckout('Begin', []);
  return {
    branch,
    checkout,
    objects,
    refs,
    fences: new Map(),
    directories: new Map(),
    ignores,
    head,
    history() {
      const commits: MemoryCommit[] = [];
      for (let id: CommitId | undefined = head(); id; id = commits[0]?.parents[0]) commits.unshift(objects.commit(id));
      return commits;
    },
    commit(subject, changes = {}) {
      for (const [path, content] of Object.entries(changes)) {
        if (content === null) checkout.remove(path);
        else checkout.write(path, content);
      }
      return commitCheckout(subject, [head()]);
    },
  };
}
