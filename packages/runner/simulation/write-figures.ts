import { readFileSync, writeFileSync } from 'node:fs';

const BEGIN = '<!-- simulation: written by tools/simulate.mjs -->';
const END = '<!-- /simulation -->';

export interface Figures {
  readonly command: string;
  readonly lines: readonly string[];
  readonly date: Date;
}

/** Puts the figures of a run where the page shows the last one. */
export function writeFigures(file: string, { command, lines, date }: Figures): void {
  const page = readFileSync(file, 'utf8');
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before < 0 || after < before) throw new Error(`${file} has no place for the figures of the simulation.`);
  const section = `The last run, of ${date.toISOString().slice(0, 10)}, by \`${command}\`:\n\n${['```text', ...lines, '```'].join('\n')}`;
  writeFileSync(file, `${page.slice(0, before)}${BEGIN}\n\n${section}\n\n${page.slice(after)}`);
}
