/** Which part of the longer title stands in the other one in the same order: words of form included. */
export function frameOf(left: readonly string[], right: readonly string[]): number {
  let row = new Array<number>(right.length + 1).fill(0);
  for (const word of left) {
    const next = [0];
    for (const [index, other] of right.entries()) {
      next.push(word === other ? (row[index] ?? 0) + 1 : Math.max(next[index] ?? 0, row[index + 1] ?? 0));
    }
    row = next;
  }
  return (row.at(-1) ?? 0) / Math.max(left.length, right.length, 1);
}
