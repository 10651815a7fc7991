import type { CommitId, CommitMessage, TreeId } from '@backlog-runner/contracts';
import type { MemoryTree } from './memory-tree.ts';
import { textDigest } from './text-digest.ts';

export interface MemoryCommit {
  readonly id: CommitId;
  readonly tree: TreeId;
  readonly parents: readonly CommitId[];
  readonly message: CommitMessage;
}

/** Trees and commits by name. Nothing is ever changed or removed. */
export interface MemoryObjects {
  /** Equal trees have one name. */
  addTree(tree: MemoryTree): TreeId;
  /** Two commits never have one name. */
  addCommit(commit: Omit<MemoryCommit, 'id'>): CommitId;
  /** Throws for a name that was never given: a bug. */
  tree(id: TreeId | CommitId): MemoryTree;
  commit(id: CommitId): MemoryCommit;
}

export function memoryObjects(): MemoryObjects {
  const trees = new Map<string, MemoryTree>();
  const commits = new Map<string, MemoryCommit>();
  return {
    addTree(tree) {
      const files = [...tree].sort(([left], [right]) => (left < right ? -1 : 1));
      const id = textDigest(JSON.stringify(['tree', files])) as TreeId;
      trees.set(id, new Map(files));
      return id;
    },
    addCommit(commit) {
      const id = textDigest(JSON.stringify(['commit', commits.size, commit])) as CommitId;
      commits.set(id, { ...commit, id });
      return id;
    },
    tree: (id) => known(trees, commits.get(id)?.tree ?? id),
    commit: (id) => known(commits, id),
  };
}

function known<Value>(values: ReadonlyMap<string, Value>, id: string): Value {
  const value = values.get(id);
  if (value === undefined) throw new Error(`There is no object ${id}.`);
  return value;
}
