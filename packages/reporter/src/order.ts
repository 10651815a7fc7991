/** By code unit, so that every machine orders alike. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Smaller numbers first; unlike a difference also for infinities. */
export function compareNumbers(left: number, right: number): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** What a sort would put first, `most` of it at the most, without sorting the rest. */
export function firstOf<T>(items: readonly T[], most: number, compare: (left: T, right: T) => number): readonly T[] {
  if (most === 0) return [];
  if (items.length <= most) return [...items].sort(compare);
  const first: T[] = [];
  for (const item of items) {
    const last = first[most - 1];
    if (last !== undefined && compare(item, last) >= 0) continue;
    const place = first.findIndex((other) => compare(item, other) < 0);
    first.splice(place < 0 ? first.length : place, 0, item);
    first.length = Math.min(first.length, most);
  }
  return first;
}
