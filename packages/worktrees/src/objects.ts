import type { CommitId, TreeId } from '@backlog-runner/contracts';
import type { TreeChanges } from './change-set.ts';
import type { IndexEntry } from './index-entries.ts';

/** What a tree holds at a path. */
export interface TreeEntry {
  /** Six digits, as `git ls-tree` prints it: `100644`. */
  readonly mode: string;
  readonly id: string;
}

/**
 * Git objects by name. They are content-addressed and never change, so reading and adding them needs no lock. Throws
 * `GIT_FAILED` when an object is missing.
 */
export interface Objects {
  /** The tree of a commit; a tree is its own. */
  treeOf(id: CommitId | TreeId): Promise<TreeId>;
  isCommit(id: string): Promise<boolean>;
  entryAt(tree: TreeId, path: string): Promise<TreeEntry | undefined>;
  /** In order of path; a file that moved is deleted at one path and added at another. */
  readonly changes: TreeChanges;
  blobText(id: string): Promise<string>;
  writeBlob(text: string): Promise<string>;
  /** Adds a commit from its whole text, headers and message. */
  writeCommit(text: string): Promise<CommitId>;
  /** The tree of what an index holds, most of which is in `like` too. Undefined when only git can make it. */
  treeOfIndex(entries: readonly IndexEntry[], like: TreeId): Promise<TreeId | undefined>;
  /** The tree with this file in it. Undefined when a directory of the path is something else in the tree. */
  withFile(tree: TreeId, path: string, file: TreeEntry): Promise<TreeId | undefined>;
}
