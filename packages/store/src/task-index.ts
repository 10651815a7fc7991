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
import type { RepoPath, System, Task, TaskOutline } from '@backlog-runner/contracts';
import type { FileStamp, FileStamps } from './file-stamp.ts';
import { encodeOutlines, encodeRests, isKeepable, outlineRows, restRows } from './index-rows.ts';
import { decodeSection, encodeSection, SECTION_HEADER, type Section, sectionLength } from './index-section.ts';
import { discard } from './storage.ts';

/** What a task file said when it had this stamp. */
export interface IndexEntry {
  readonly stamp: FileStamp;
  readonly task: Task;
}

export type TaskIndex = ReadonlyMap<RepoPath, IndexEntry>;

/** What is known of a file that has the stamp in this place. */
export type Recall<T extends TaskOutline> = (path: RepoPath, stamps: FileStamps, place: number) => T | undefined;

/*
 * The index is read at the start of every command, so its form is what reads fastest: a section of outlines, then one
 * of what else is in the same tasks.
 */

/** The index as it was left, or an empty one. It only ever saves time, so whatever is wrong with it is no error. */
export function loadIndex(stateDirectory: string): TaskIndex {
  try {
    return decodeIndex(readFileSync(fileIn(stateDirectory)));
  } catch {
    return new Map();
  }
}

/** What {@link loadIndex} loads, without reading more than the outlines of tasks, each when it is asked for. */
export function loadOutlines(stateDirectory: string): Recall<TaskOutline> {
  try {
    return recallOutlines(decodeSection(readFirstSection(fileIn(stateDirectory))));
  } catch {
    return () => undefined;
  }
}

export function recallFrom(index: TaskIndex): Recall<Task> {
  return (path, stamps, place) => {
    const entry = index.get(path);
    return entry && stamps.holds(place, entry.stamp) ? entry.task : undefined;
  };
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
  const entries = [...index.values()].filter(({ task }) => isKeepable(task));
  const rests = entries.map(({ task }) => task);
  return Buffer.concat([encodeSection(encodeOutlines(entries)), encodeSection(encodeRests(rests))]);
}

/** Throws when it is not an index of this version, whole and undamaged. */
export function decodeIndex(bytes: Buffer): TaskIndex {
  const end = sectionLength(bytes);
  const { paths, stampAt, outlineAt } = outlineRows(decodeSection(bytes.subarray(0, end)));
  const restAt = restRows(decodeSection(bytes.subarray(end)));
  return new Map(
    paths.map((path, row) => [
      path,
      { stamp: stampAt(row), task: { ...wholeOutline(outlineAt(row)), ...restAt(row) } },
    ]),
  );
}

function wholeOutline(outline: TaskOutline): TaskOutline {
  const { id, title, state, priority, dependsOn, touchPaths, capabilities, statusNotes, path } = outline;
  const { supersededBy, createdAt, updatedAt } = outline;
  return {
    ...{ id, title, state, priority, dependsOn, touchPaths, capabilities, statusNotes, path },
    ...(supersededBy === undefined ? {} : { supersededBy }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
  };
}

/** Fastest when asked in the order in which the files were when the index was made. */
function recallOutlines(section: Section): Recall<TaskOutline> {
  const { paths, hasStamp, outlineAt } = outlineRows(section);
  let rows: ReadonlyMap<RepoPath, number> | undefined;
  let next = 0;
  const rowOf = (path: RepoPath) => {
    rows ??= new Map(paths.map((each, row) => [each, row]));
    return rows.get(path);
  };
  return (path, stamps, place) => {
    const row = paths[next] === path ? next : rowOf(path);
    if (row === undefined || !hasStamp(row, stamps, place)) return undefined;
    next = row + 1;
    return outlineAt(row);
  };
}

function readFirstSection(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(SECTION_HEADER);
    readSync(file, header, 0, SECTION_HEADER, 0);
    const bytes = Buffer.allocUnsafeSlow(sectionLength(header));
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

function fileIn(stateDirectory: string): string {
  return join(stateDirectory, 'index');
}

/** Of processes that died while they saved. One that is alive fails to save, which costs nothing. */
function removeLeftovers(stateDirectory: string): void {
  for (const name of readdirSync(stateDirectory)) {
    if (/^(?:index|ideas)\..*\.tmp$/.test(name)) discard(join(stateDirectory, name));
  }
}
