import type { ChangedFile } from '@backlog-runner/contracts';

/** The files of a commit: contents by path. */
export type MemoryTree = ReadonlyMap<string, string>;

/** What changed between two trees, in order of path. */
export function changedFiles(from: MemoryTree, to: MemoryTree): readonly ChangedFile[] {
  return pathsOf(from, to).flatMap((path): ChangedFile[] => {
    const [before, after] = [from.get(path), to.get(path)];
    if (before === after) return [];
    return [{ path, change: before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified' }];
  });
}

/** A three-way merge, file by file: a file that both sides changed differently is a conflict, kept with markers. */
export function mergeTrees(
  base: MemoryTree,
  ours: MemoryTree,
  theirs: MemoryTree,
): { readonly tree: MemoryTree; readonly conflicts: readonly string[] } {
  const tree = new Map<string, string>();
  const conflicts: string[] = [];
  for (const path of pathsOf(base, ours, theirs)) {
    const [original, our, their] = [base.get(path), ours.get(path), theirs.get(path)];
    const conflicted = our !== their && our !== original && their !== original;
    const merged = conflicted ? withMarkers(our, their) : our === original ? their : our;
    if (conflicted) conflicts.push(path);
    if (merged !== undefined) tree.set(path, merged);
  }
  return { tree, conflicts };
}

function withMarkers(our = '', their = ''): string {
  return `<<<<<<< ours\n${our}\n=======\n${their}\n>>>>>>> theirs\n`;
}

function pathsOf(...trees: readonly MemoryTree[]): readonly string[] {
  return [...new Set(trees.flatMap((tree) => [...tree.keys()]))].sort();
}
