import type { ProcessFacts } from './process-table.ts';

type Facts = Pick<ProcessFacts, 'pid' | 'parent'>;

/** A process and all it started, directly or through others, as far as those in between still run. */
export function treeOf<P extends Facts>(processes: readonly P[], root: number): readonly P[] {
  // A set visits what is added while it is walked, and each only once.
  const tree = new Set(processes.filter(({ pid }) => pid === root));
  for (const { pid } of tree) for (const facts of processes) if (facts.parent === pid) tree.add(facts);
  return [...tree];
}

/** A process and those it descends from. */
export function ancestryOf(processes: readonly Facts[], pid: number): ReadonlySet<number> {
  const parents = new Map(processes.map((facts) => [facts.pid, facts.parent]));
  const ancestry = new Set<number>();
  for (let next: number | undefined = pid; next !== undefined && !ancestry.has(next); next = parents.get(next)) {
    ancestry.add(next);
  }
  return ancestry;
}
