import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  type BacklogEvent,
  type Journal,
  type JournalCursor,
  type JournalEntry,
  type JournalPage,
  type RunId,
  system as realSystem,
  type System,
} from '@backlog-runner/contracts';
import { type ProjectOptions, stateDirectoryOf } from './places.ts';
import { storageFailed, storing, unless } from './storage.ts';
import { watchPlaces } from './watch-places.ts';

export interface FileJournalOptions extends ProjectOptions {
  /** Whose events are appended. No two processes append for one run. */
  readonly run: RunId;
  /** False gives up that events survive the crash of the machine, not only of the process. Default true. */
  readonly durable?: boolean;
  readonly system?: System;
}

/** The journal of a project: one file of JSON lines for each run, made at its first event. Reading makes nothing. */
export function fileJournal(options: FileJournalOptions): Journal {
  const { run, durable = true, system = realSystem } = options;
  const stateDirectory = stateDirectoryOf(options);
  const directory = join(stateDirectory, 'journal');
  const file = join(directory, `${run}.jsonl`);
  let seq = 0;
  let torn = false;
  let waiting: Waiting[] = [];
  let isWriting = false;

  const write = async (text: string, lasting: boolean) => {
    await mkdir(directory, { recursive: true });
    const handle = await open(file, 'a');
    try {
      const whole = torn ? `\n${text}` : text;
      torn = true;
      await handle.appendFile(whole);
      torn = false;
      if (lasting) await handle.datasync();
    } finally {
      await handle.close();
    }
  };
  /** Writes whatever is waiting, together, until nothing is. */
  const writeAll = async () => {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const text = batch.map(({ entry }) => `${JSON.stringify(entry)}\n`).join('');
        await write(text, durable && batch.some(({ entry }) => matters(entry)));
        for (const { entry, resolve } of batch) resolve(entry);
      } catch (error) {
        for (const { reject } of batch) reject(storageFailed('written', file, error));
      }
    }
    isWriting = false;
  };

  return {
    append(event) {
      seq += 1;
      const entry: JournalEntry = { ...event, at: system.now(), run, seq };
      return new Promise((resolve, reject) => {
        waiting.push({ entry, resolve, reject });
        if (!isWriting) void writeAll();
      });
    },
    async read(after) {
      return readJournal(directory, after);
    },
    watch(onChange) {
      const places = new Map<string, (name: string) => boolean>([
        [dirname(stateDirectory), (name) => name === basename(stateDirectory)],
        [stateDirectory, (name) => name === 'journal'],
        [directory, (name) => name.endsWith('.jsonl')],
      ]);
      return watchPlaces({ places: () => places, onChange, system });
    },
  };
}

interface Waiting {
  readonly entry: JournalEntry;
  readonly resolve: (entry: JournalEntry) => void;
  readonly reject: (error: Error) => void;
}

/** Signs of life come again; everything else is what the next start builds on. */
function matters({ type }: BacklogEvent): boolean {
  return type !== 'attempt.progress' && type !== 'attempt.usage';
}

/** How far each file was read. */
interface Position {
  readonly offset: number;
  readonly lines: number;
}
type Positions = ReadonlyMap<string, Position>;

const START: Position = { offset: 0, lines: 0 };

function readJournal(directory: string, after: JournalCursor | undefined): JournalPage {
  const before = after as unknown as Positions | undefined;
  const positions = new Map(before);
  const streams: (readonly JournalEntry[])[] = [];
  const damaged: { file: string; line: number }[] = [];
  for (const name of journalFiles(directory)) {
    const file = join(directory, name);
    const start = before?.get(name) ?? START;
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
