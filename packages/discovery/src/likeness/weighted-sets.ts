/** How much a concept says: rare ones in the backlog say much. */
export type Weight = (concept: string) => number;

/** How much of what is needed is given, from 0 to 1. */
export function cover(
  needed: ReadonlySet<string>,
  given: ReadonlySet<string>,
  weight: Weight,
  otherwise: number,
): number {
  const total = sum(needed, weight);
  return total === 0 ? otherwise : sum(shared(needed, given), weight) / total;
}

export function shared(left: ReadonlySet<string>, right: ReadonlySet<string>): readonly string[] {
  return [...left].filter((concept) => right.has(concept));
}

export function sum(concepts: Iterable<string>, weight: Weight): number {
  let total = 0;
  for (const concept of concepts) total += weight(concept);
  return total;
}
