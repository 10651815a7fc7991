import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  EXECUTION_DOMAINS,
  PRIORITIES,
  type RepoPath,
  type Revision,
  SOURCE_TYPES,
  type System,
  TASK_KINDS,
  TASK_STATES,
  type Task,
  type TaskId,
  type TaskOutline,
} from '@backlog-runner/contracts';
import type { FileStamp } from './list-specs.ts';
import { discard } from './storage.ts';
import { TAPE_HEADER, type TapeReader, type TapeWriter, tapeLength, tapeReader, tapeWriter } from './tape.ts';

/** What a task file said when it had this stamp. */
export interface IndexEntry<T extends TaskOutline = Task> {
  readonly stamp: FileStamp;
  readonly task: T;
}

export type TaskIndex<T extends TaskOutline = Task> = ReadonlyMap<RepoPath, IndexEntry<T>>;

/*
 * The index is read at the start of every command, so its form is what reads fastest: a tape of outlines, then a tape
 * of what else is in the same tasks.
 */

/** Grows with every change of what tasks are made of. */
const VERSION = 2;

/** The index as it was left, or an empty one. It only ever saves time, so whatever is wrong with it is no error. */
export function loadIndex(stateDirectory: string): TaskIndex {
  try {
    return decodeIndex(readFileSync(fileIn(stateDirectory)));
  } catch {
    return new Map();
  }
}

/** The first part of what {@link loadIndex} loads, without reading the rest. */
export function loadOutlines(stateDirectory: string): TaskIndex<TaskOutline> {
  try {
    return decodeOutlines(readFirstTape(fileIn(stateDirectory)));
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
    renameSync(aside, fileIn(stateDirectory));
    removeLeftovers(stateDirectory);
  } catch {
    discard(aside);
  }
}

export function encodeIndex(index: TaskIndex): Buffer {
  const outlines = tapeWriter();
  const rests = tapeWriter();
  for (const tape of [outlines, rests]) {
    tape.number(VERSION);
    tape.number(index.size);
  }
  for (const { stamp, task } of index.values()) {
    putStamp(outlines, stamp);
    putOutline(outlines, task);
    putRest(rests, task);
  }
  return Buffer.concat([outlines.finish(), rests.finish()]);
}

/** Throws when it is not an index of this version, whole and undamaged. */
export function decodeIndex(bytes: Buffer): TaskIndex {
  const end = tapeLength(bytes);
  const outlines = decodeOutlines(bytes.subarray(0, end));
  const rests = tapeReader(bytes.subarray(end));
  if (takeCount(rests) !== outlines.size) throw new Error('The index is in two minds.');
  return new Map(
    Array.from(outlines, ([path, { stamp, task }]) => [path, { stamp, task: { ...task, ...takeRest(rests) } }]),
  );
}

function decodeOutlines(bytes: Buffer): TaskIndex<TaskOutline> {
  const tape = tapeReader(bytes);
  const index = new Map<RepoPath, IndexEntry<TaskOutline>>();
  for (let left = takeCount(tape); left > 0; left -= 1) {
    const entry = { stamp: takeStamp(tape), task: takeOutline(tape) };
    index.set(entry.task.path, entry);
  }
  return index;
}

function takeCount(tape: TapeReader): number {
  if (tape.number() !== VERSION) throw new Error('The index is of another version.');
  return tape.number();
}

function putStamp(tape: TapeWriter, { size, mtimeMs, ctimeMs, ino }: FileStamp): void {
  for (const value of [size, mtimeMs, ctimeMs, ino]) tape.number(value);
}

function takeStamp(tape: TapeReader): FileStamp {
  return { size: tape.number(), mtimeMs: tape.number(), ctimeMs: tape.number(), ino: tape.number() };
}

function putOutline(tape: TapeWriter, task: TaskOutline): void {
  tape.text(task.id);
  tape.text(task.title);
  tape.choice(TASK_STATES, task.state);
  tape.choice(PRIORITIES, task.priority);
  tape.list(task.dependsOn);
  tape.list(task.touchPaths);
  tape.list(task.capabilities);
  tape.list(task.statusNotes);
  tape.text(task.path);
  tape.optional(task.createdAt);
  tape.optional(task.updatedAt);
}

function takeOutline(tape: TapeReader): TaskOutline {
  const outline = {
    id: tape.text() as TaskId,
    title: tape.text(),
    state: tape.choice(TASK_STATES),
    priority: tape.choice(PRIORITIES),
    dependsOn: tape.list() as readonly TaskId[],
    touchPaths: tape.list() as readonly RepoPath[],
    capabilities: tape.list(),
    statusNotes: tape.list(),
    path: tape.text() as RepoPath,
  };
  return withTimes(outline, tape.optional(), tape.optional());
}

function withTimes(
  outline: Omit<TaskOutline, 'createdAt' | 'updatedAt'>,
  createdAt: string | undefined,
  updatedAt: string | undefined,
): TaskOutline {
  const times: { createdAt?: string; updatedAt?: string } & typeof outline = outline;
  if (createdAt !== undefined) times.createdAt = createdAt;
  if (updatedAt !== undefined) times.updatedAt = updatedAt;
  return times;
}

type Rest = Omit<Task, keyof TaskOutline>;

function putRest(tape: TapeWriter, task: Rest): void {
  tape.choice(TASK_KINDS, task.kind);
  tape.choice(DOMAINS, task.executionDomain);
  tape.optional(task.validationProfile);
  tape.list(task.acceptanceCriteria);
  tape.optional(task.description);
  tape.choice(SOURCE_TYPES, task.source.type);
  tape.optional(task.source.passId);
  tape.text(task.revision);
}

function takeRest(tape: TapeReader): Rest {
  const kind = tape.choice(TASK_KINDS);
  const executionDomain = DOMAINS[tape.number()];
  const validationProfile = tape.optional();
  const acceptanceCriteria = tape.list();
  const description = tape.optional();
  const type = tape.choice(SOURCE_TYPES);
  const passId = tape.optional();
  return {
    kind,
    ...(executionDomain === undefined ? {} : { executionDomain }),
    ...(validationProfile === undefined ? {} : { validationProfile }),
    acceptanceCriteria,
    ...(description === undefined ? {} : { description }),
    source: { type, ...(passId === undefined ? {} : { passId }) },
    revision: tape.text() as Revision,
  };
}

const DOMAINS = [...EXECUTION_DOMAINS, undefined] as const;

function readFirstTape(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(TAPE_HEADER);
    readSync(file, header, 0, TAPE_HEADER, 0);
    const bytes = Buffer.allocUnsafeSlow(tapeLength(header));
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

function fileIn(stateDirectory: string): string {
  return join(stateDirectory, 'index');
}

/** Of processes that died while they saved. One that is alive fails to save, which costs nothing. */
export function removeLeftovers(stateDirectory: string): void {
  for (const name of readdirSync(stateDirectory)) {
    if (/^(?:index|ideas)\..*\.tmp$/.test(name)) discard(join(stateDirectory, name));
  }
}
