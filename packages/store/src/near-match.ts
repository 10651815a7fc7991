/** The one of the names that was probably meant, if any is near enough. */
export function nearMatch(text: string, names: readonly string[]): string | undefined {
  const wanted = text.toLowerCase();
  const near = names
    .map((name) => ({ name, steps: editDistance(wanted, name) }))
    .filter(({ name, steps }) => steps <= Math.max(1, Math.floor(name.length / 3)));
  return near.sort((left, right) => left.steps - right.steps)[0]?.name;
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...left.slice(0, 100)].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= right.length; column += 1) {
      const replaced = (row[column - 1] ?? 0) + (letter === right[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
