import { readFileSync, writeFileSync } from 'node:fs';

const BEGIN = '<!-- races: written by tools/races.mjs -->';
const END = '<!-- /races -->';

export interface RaceLog {
  readonly command: string;
  readonly log: readonly string[];
  readonly date: Date;
}

/** Puts the log of a run where the page shows the last one. */
export function writeReliability(file: string, { command, log, date }: RaceLog): void {
  const page = readFileSync(file, 'utf8');
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before < 0 || after < before) throw new Error(`${file} has no place for the races.`);
  const section = [
    `The last run, of ${date.toISOString().slice(0, 10)}, by \`${command}\`:`,
    ['```text', ...log.slice(1), '```'].join('\n'),
  ].join('\n\n');
  writeFileSync(file, `${page.slice(0, before)}${BEGIN}\n\n${section}\n\n${page.slice(after)}`);
}
