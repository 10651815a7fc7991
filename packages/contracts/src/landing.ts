import type { AttemptId, CommitId, Fence, InquiryId, TaskId, TreeId } from './ids.ts';
import type { RepoPath } from './repo-path.ts';
import type { TaskFile } from './task-store.ts';

export type MergeResult =
  | { readonly status: 'merged'; readonly tree: TreeId }
  /** `tree` holds the files with conflict markers. */
  | { readonly status: 'conflicted'; readonly tree: TreeId; readonly paths: readonly string[] };

export interface LandRequest {
  readonly task: TaskId;
  /** The fence under which the task was claimed. */
  readonly fence: Fence;
  /** Further tasks that were claimed under the same fence: nothing lands unless all of these claims stand. */
  readonly also?: readonly TaskId[];
  /** What the branch will hold, but for `files`. This exact tree passed validation, or is what the branch holds now. */
  readonly tree: TreeId;
  /** The commit the branch must still point at. */
  readonly onto: CommitId;
  /** The task's own file as it arrives together with the code; of a plan, the files of its tasks. */
  readonly files: readonly TaskFile[];
  readonly message: CommitMessage;
}

/** A message whose trailers no text can forge: subject and body are data, trailers are appended apart from them. */
export interface CommitMessage {
  readonly subject: string;
  readonly body: string;
  readonly trailers: readonly (readonly [name: string, value: string])[];
}

export type LandResult =
  | {
      readonly status: 'landed';
      readonly commit: CommitId;
      readonly checkout: 'followed' | 'not-checked-out';
      /** `ignored`: git ignores the task's own file, so the commit does not hold it. Left out: it was committed. */
      readonly taskFile?: 'committed' | 'ignored';
    }
  /** The branch points elsewhere by now, or a file was edited since it was rendered. Nothing was changed; try again. */
  | { readonly status: 'moved' }
  /** The user's checkout of the branch cannot follow without touching what is theirs. Nothing was changed. */
  | { readonly status: 'held'; readonly reason: string; readonly paths: readonly string[] }
  /** Somebody claimed the task after us. Nothing was changed. */
  | { readonly status: 'fenced' };

/** A commit on the target branch that landed a task, as its trailers say. */
export interface LandedCommit {
  readonly commit: CommitId;
  readonly task: TaskId;
  readonly attempt: AttemptId;
  /** A later commit on the branch says that it reverts this one. */
  readonly reverted: boolean;
}

/** A commit on the target branch that put tasks in the place of others, as its trailers say. */
export interface LandedPlan {
  readonly commit: CommitId;
  readonly plan: InquiryId;
  /** A later commit on the branch says that it reverts this one. */
  readonly reverted: boolean;
}

/** Brings attempts onto the target branch. The branch's move and the fence check are one ref transaction. */
export interface Landing {
  /** The full name of the target branch, such as `refs/heads/main`. */
  readonly branch: string;
  /** The commit the target branch points at now. */
  head(): Promise<CommitId>;
  /** The tree of a commit. */
  treeOf(commit: CommitId): Promise<TreeId>;
  /** Records the claim where `land` will check it. Throws `FENCE_STALE` when a newer claim is recorded already. */
  claim(task: TaskId, fence: Fence): Promise<void>;
  /** The largest fence ever recorded for any task; 0 when there is none. A new lease table grants fences above it. */
  fenceFloor(): Promise<number>;
  /** What `attempt` (made on `base`) gives on top of `onto`. Involves no checkout. */
  merge(request: { attempt: CommitId; base: CommitId; onto: CommitId }): Promise<MergeResult>;
  land(request: LandRequest): Promise<LandResult>;
  /** What landed on the branch, newest first; only what is newer than `since` when it is given and still an ancestor. */
  landed(since?: CommitId): Promise<readonly LandedCommit[]>;
  /** The plans that landed on the branch, newest first. */
  plans(): Promise<readonly LandedPlan[]>;
  /**
   * Whether the task file at this path of the project arrives with the branch: the branch holds it and is checked out
   * here, or will be when what the user has begun, such as a rebase, has ended. Then the file says what is true; any
   * other one is written apart from the landing.
   */
  bringsFile(path: RepoPath): Promise<boolean>;
  /**
   * Takes back what a landing did to a checkout before it was killed. The caller holds the right to land. Answers with
   * the directories of checkouts that only the user can put right.
   */
  settle(): Promise<readonly string[]>;
}
