import type { TreeId } from '@backlog-runner/contracts';
import type { TreeEntry } from './objects.ts';

/** How a checkout gets from the branch's old tree to its new one, and back. Plain data, so that it can be recorded. */
export interface FollowPlan {
  readonly directory: string;
  readonly gitDir: string;
  /** The old tree, but with the new entries of `own`, which the move then leaves alone. */
  readonly from: TreeId;
  readonly to: TreeId;
  /** Files that are replaced apart from the move, because the user has them uncommitted. */
  readonly own: readonly OwnFile[];
}

/** A file of ours that the user has uncommitted in their checkout: both versions of it, on disk and in the index. */
export interface OwnFile {
  /** From the top of the repository. */
  readonly path: string;
  /** Beside it: the file that becomes it, while it is written. */
  readonly draft: string;
  /** Base64. */
  readonly oldContent: string;
  readonly newContent: string;
  /** Absent: the index had no such file. */
  readonly oldEntry?: TreeEntry;
  readonly newEntry: TreeEntry;
  /** What the branch held. Absent: no such file. */
  readonly committed?: TreeEntry;
}
