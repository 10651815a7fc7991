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
 * The index is read at the start of every command, so its form is what reads fastest: one line of JSON in which each
 * long text is only its length, then all long texts without anything between them.
 *
 *   <checksum of the rest>
 *   {"version":…,"entries":[{"stamp":…,"task":…},…]}
 *   <texts>
 */

/** Grows with every change of what tasks are made of. */
const VERSION = 1;
const CHECKSUM_LENGTH = 8;

/** A task with the lengths of its long texts in their place. While it is decoded it holds some of both. */
type Packed = { -readonly [Key in keyof Omit<Task, LongText>]: Task[Key] } & {
  description?: number | string;
  acceptanceCriteria: (number | string)[];
  statusNotes: (number | string)[];
};
type LongText = 'description' | 'acceptanceCriteria' | 'statusNotes';

interface Content {
  readonly version: number;
  readonly entries: readonly { readonly stamp: FileStamp; readonly task: Packed }[];
}

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
  const pack = ({ description, acceptanceCriteria, statusNotes, ...rest }: Task): Packed => ({
    ...rest,
    ...(description === undefined ? {} : { description: put(description) }),
    acceptanceCriteria: acceptanceCriteria.map(put),
    statusNotes: statusNotes.map(put),
  });
  const entries = Array.from(index.values(), ({ stamp, task }) => ({ stamp, task: pack(task) }));
  const content = Buffer.from(`\n${JSON.stringify({ version: VERSION, entries })}\n${texts.join('')}`);
  return Buffer.concat([Buffer.from(checksumOf(content)), content]);
}

/** Throws when it is not an index of this version, whole and undamaged. */
export function decodeIndex(bytes: Buffer): TaskIndex {
  const content = bytes.subarray(CHECKSUM_LENGTH);
  if (bytes.toString('latin1', 0, CHECKSUM_LENGTH) !== checksumOf(content)) throw new Error('The index is damaged.');
  const text = content.toString(isAscii(content) ? 'latin1' : 'utf8');
  let at = text.indexOf('\n', 1) + 1;
  const { version, entries }: Content = JSON.parse(text.slice(0, at));
  if (version !== VERSION) throw new Error('The index is of another version.');
  const get = (length: number): string => {
    at += length;
    return text.slice(at - length, at);
  };
  const index = new Map<RepoPath, IndexEntry>();
  for (const entry of entries) {
    unpack(entry.task, get);
    index.set(entry.task.path, entry as IndexEntry);
  }
  return index;
}

/** Puts each text in the place of its length, in the order in which they were packed, without copying anything. */
function unpack(task: Packed, get: (length: number) => string): asserts task is Packed & Task {
  if (task.description !== undefined) task.description = get(Number(task.description));
  for (const texts of [task.acceptanceCriteria, task.statusNotes]) {
    for (let index = 0; index < texts.length; index += 1) texts[index] = get(Number(texts[index]));
  }
}

function checksumOf(content: Buffer): string {
  return crc32(content).toString(16).padStart(CHECKSUM_LENGTH, '0');
}

/** Of processes that died while they saved. One that is alive fails to save, which costs nothing. */
export function removeLeftovers(stateDirectory: string): void {
  for (const name of readdirSync(stateDirectory)) {
    if (/^(?:index|ideas)\..*\.tmp$/.test(name)) discard(join(stateDirectory, name));
  }
}
