import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalCursor, JournalEntry, JournalPage } from '@backlog-runner/contracts';
import { storing, unless } from './storage.ts';

/** How far each file was read. */
interface Position {
  readonly offset: number;
  readonly lines: number;
}
type Positions = ReadonlyMap<string, Position>;

const START: Position = { offset: 0, lines: 0 };

/** What the files of a journal hold after a cursor. Opens only those that have gained something, and reads only that. */
export function readJournal(directory: string, after: JournalCursor | undefined): JournalPage {
  const before = after as unknown as Positions | undefined;
  const positions = new Map(before);
  const streams: (readonly JournalEntry[])[] = [];
  const damaged: { file: string; line: number }[] = [];
  for (const name of journalFiles(directory)) {
    const file = join(directory, name);
    const start = before?.get(name) ?? START;
    // Most files are of runs that are over.
    if (start !== START && sizeOf(file) <= start.offset) continue;
    const { lines, rest } = linesAfter(file, start.offset);
    const entries: JournalEntry[] = [];
    for (const [index, line] of lines.entries()) {
      const entry = readEntry(line, name);
      if (entry) entries.push(entry);
      else if (line.length > 0) damaged.push({ file, line: start.lines + index + 1 });
    }
    streams.push(entries);
    const read = lines.reduce((sum, line) => sum + line.length + 1, 0);
    positions.set(name, { offset: start.offset + read, lines: start.lines + lines.length });
    // A live writer's last line may be on its way. Whoever looks for the first time is told; it is read again later.
    if (rest && !before) damaged.push({ file, line: start.lines + lines.length + 1 });
  }
  return { entries: inOrder(streams), cursor: positions as unknown as JournalCursor, damaged };
}

function journalFiles(directory: string): readonly string[] {
  const names = storing('read', directory, () => unless(['ENOENT'], () => readdirSync(directory)) ?? []);
  return names.filter((name) => name.endsWith('.jsonl')).sort();
}

function sizeOf(file: string): number {
  return storing('read', file, () => statSync(file).size);
}

/** The complete lines after an offset, and whether there is something after them. */
function linesAfter(file: string, offset: number): { lines: readonly Buffer[]; rest: boolean } {
  const content = storing('read', file, () => readFrom(file, offset));
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = content.indexOf(LINE_BREAK); end >= 0; end = content.indexOf(LINE_BREAK, start)) {
    lines.push(content.subarray(start, end));
    start = end + 1;
  }
  return { lines, rest: start < content.length };
}

const LINE_BREAK = 0x0a;

function readFrom(file: string, offset: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const content = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - offset));
    const length = content.length === 0 ? 0 : readSync(descriptor, content, 0, content.length, offset);
    return content.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

function readEntry(line: Buffer, name: string): JournalEntry | undefined {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    return isEntry(value) && `${value.run}.jsonl` === name ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is JournalEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { type, at, run, seq } = value as Partial<Record<keyof JournalEntry, unknown>>;
  return typeof type === 'string' && typeof at === 'number' && typeof run === 'string' && typeof seq === 'number';
}

/** By time, then run; but no entry before an earlier one of its own run, whatever the clock said. */
function inOrder(streams: readonly (readonly JournalEntry[])[]): readonly JournalEntry[] {
  const timed = streams.flatMap((entries) => {
    let latest = Number.NEGATIVE_INFINITY;
    return entries.map((entry) => {
      latest = Math.max(latest, entry.at);
      return { entry, at: latest };
    });
  });
  timed.sort((left, right) => left.at - right.at || compareText(left.entry.run, right.entry.run));
  return timed.map(({ entry }) => entry);
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
