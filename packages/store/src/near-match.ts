/** The one of the names that was probably meant, if any is near enough. */
export function nearMatch(text: string, names: readonly string[]): string | undefined {
  const wanted = text.slice(0, 100).toLowerCase();
  const near = names
    .map((name) => ({ name, steps: editDistance(wanted, name) }))
    .filter(({ name, steps }) => steps <= Math.max(1, Math.floor(name.length / 3)));
  return near.sort((left, right) => left.steps - right.steps)[0]?.name;
}

/** How many letters must be added, removed, replaced or swapped with their neighbour. */
function editDistance(left: string, right: string): number {
  const table: number[][] = [];
  const at = (row: number, column: number): number => table[row]?.[column] ?? 0;
  for (let row = 0; row <= left.length; row += 1) {
    const steps = [row];
    table.push(steps);
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      steps[column] =
        row === 0
          ? column
          : Math.min(
              at(row - 1, column) + 1,
              at(row, column - 1) + 1,
              at(row - 1, column - 1) + (same ? 0 : 1),
              row > 1 && column > 1 && swapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
            );
    }
  }
  return at(left.length, right.length);
}
