import type { Paint } from './colour.ts';
import { oneLine } from './one-line.ts';

/**
 * Rows for people on a terminal (a header, aligned columns), for programs in a pipe (tabs, no header). Control
 * characters of the cells become spaces, so that no text can forge a row or move the cursor.
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { isTTY = false, paint }: { readonly isTTY?: boolean; readonly paint: Paint },
): string {
  const clean = rows.map((row) => row.map((cell) => oneLine(cell)));
  if (!isTTY) return clean.map((row) => `${row.join('\t')}\n`).join('');
  if (clean.length === 0) return '';
  const widths = header.map((title, column) => Math.max(title.length, ...clean.map((row) => row[column]?.length ?? 0)));
  const align = (row: readonly string[]) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  ');
  return [paint('dim', align(header)), ...clean.map(align)].map((line) => `${line}\n`).join('');
}
