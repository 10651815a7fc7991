/** What differs between two texts, line by line: lines that go with `-`, lines that come with `+`, and where. */
export function difference(before: string, after: string): readonly string[] {
  const [left, right] = [before.split('\n'), after.split('\n')];
  const lengths = commonLengths(left, right);
  const rows: { readonly mark: ' ' | '-' | '+'; readonly text: string }[] = [];
  let [row, column] = [0, 0];
  while (row < left.length || column < right.length) {
    const isSame = row < left.length && column < right.length && left[row] === right[column];
    const down = lengths[row + 1]?.[column] ?? -1;
    const across = lengths[row]?.[column + 1] ?? -1;
    if (isSame) {
      rows.push({ mark: ' ', text: left[row] ?? '' });
      row += 1;
      column += 1;
    } else if (column >= right.length || (row < left.length && down >= across)) {
      rows.push({ mark: '-', text: left[row] ?? '' });
      row += 1;
    } else {
      rows.push({ mark: '+', text: right[column] ?? '' });
      column += 1;
    }
  }
  return rows.filter((_, at) => isNear(rows, at)).map(({ mark, text }) => `${mark} ${text.trimEnd()}`.trimEnd());
}

const CONTEXT = 1;

function isNear(rows: readonly { readonly mark: string }[], at: number): boolean {
  return rows.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ mark }) => mark !== ' ');
}

/** How many lines the rests of both texts have in common, from each line on. */
function commonLengths(left: readonly string[], right: readonly string[]): number[][] {
  const lengths = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      const below = lengths[row + 1]?.[column] ?? 0;
      const beside = lengths[row]?.[column + 1] ?? 0;
      const current = lengths[row];
      if (current)
        current[column] =
          left[row] === right[column] ? (lengths[row + 1]?.[column + 1] ?? 0) + 1 : Math.max(below, beside);
    }
  }
  return lengths;
}
