import { isAscii } from 'node:buffer';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { RepoPath, System, Task } from '@backlog-runner/contracts';
import type { FileStamp } from './list-specs.ts';
import { discard } from './storage.ts';

/** What a task file said when it had this stamp. */
export interface IndexEntry {
  readonly stamp: FileStamp;
  readonly task: Task;
}

export type TaskIndex = ReadonlyMap<RepoPath, IndexEntry>;

/*
 * The index is read at the start of every command, so its form is what reads fastest: one line of JSON with what is
 * short, then all long texts without any separator, of which the rows hold only the lengths.
 *
 *   <checksum of the rest>
 *   {"version":…,"rows":[…]}
 *   <texts>
 */

/** Grows with every change of what tasks are made of. */
const VERSION = 1;
const CHECKSUM_LENGTH = 8;

type Row = readonly [
  size: number,
  mtimeMs: number,
  ctimeMs: number,
  ino: number,
  task: Omit<Task, LongText>,
  description: number | null,
  acceptanceCriteria: readonly number[],
  statusNotes: readonly number[],
];
type LongText = 'description' | 'acceptanceCriteria' | 'statusNotes';

/** The index as it was left, or an empty one. It only ever saves time, so whatever is wrong with it is no error. */
export function loadIndex(stateDirectory: string): TaskIndex {
  try {
    return decodeIndex(readFileSync(join(stateDirectory, 'index')));
  } catch {
    return new Map();
  }
}

/** Leaves the index for the next process. A failure costs that one time and nothing else. */
export function saveIndex(stateDirectory: string, index: TaskIndex, system: System): void {
  const aside = join(stateDirectory, `index.${system.token(8)}.tmp`);
  try {
    mkdirSync(stateDirectory, { recursive: true });
    writeFileSync(aside, encodeIndex(index));
    renameSync(aside, join(stateDirectory, 'index'));
    removeLeftovers(stateDirectory);
  } catch {
    discard(aside);
  }
}

export function encodeIndex(index: TaskIndex): Buffer {
  const texts: string[] = [];
  const put = (text: string): number => {
    texts.push(text);
    return text.length;
  };
  const rows = Array.from(index.values(), ({ stamp, task }): Row => {
    const { description, acceptanceCriteria, statusNotes, ...rest } = task;
    const { size, mtimeMs, ctimeMs, ino } = stamp;
    const length = description === undefined ? null : put(description);
    return [size, mtimeMs, ctimeMs, ino, rest, length, acceptanceCriteria.map(put), statusNotes.map(put)];
  });
  const content = Buffer.from(`\n${JSON.stringify({ version: VERSION, rows })}\n${texts.join('')}`);
  return Buffer.concat([Buffer.from(checksumOf(content)), content]);
}

/** Throws when it is not an index of this version, whole and undamaged. */
export function decodeIndex(bytes: Buffer): TaskIndex {
  const content = bytes.subarray(CHECKSUM_LENGTH);
  if (bytes.toString('latin1', 0, CHECKSUM_LENGTH) !== checksumOf(content)) throw new Error('The index is damaged.');
  const text = content.toString(isAscii(content) ? 'latin1' : 'utf8');
  const end = text.indexOf('\n', 1);
  const { version, rows }: { version: number; rows: readonly Row[] } = JSON.parse(text.slice(0, end));
  if (version !== VERSION) throw new Error('The index is of another version.');
  let at = end + 1;
  const get = (length: number): string => {
    at += length;
    return text.slice(at - length, at);
  };
  const index = new Map<RepoPath, IndexEntry>();
  for (const [size, mtimeMs, ctimeMs, ino, rest, description, acceptanceCriteria, statusNotes] of rows) {
    const task: Writable<Task> = Object.assign(rest, { acceptanceCriteria: [], statusNotes: [] });
    if (description !== null) task.description = get(description);
    task.acceptanceCriteria = acceptanceCriteria.map(get);
    task.statusNotes = statusNotes.map(get);
    index.set(task.path, { stamp: { size, mtimeMs, ctimeMs, ino }, task });
  }
  return index;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

function checksumOf(content: Buffer): string {
  return crc32(content).toString(16).padStart(CHECKSUM_LENGTH, '0');
}

/** Of processes that died while they saved. One that is alive fails to save, which costs nothing. */
export function removeLeftovers(stateDirectory: string): void {
  for (const name of readdirSync(stateDirectory)) {
    if (/^(?:index|ideas)\..*\.tmp$/.test(name)) discard(join(stateDirectory, name));
  }
}
