import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RepoPath, System, Task } from '@backlog-runner/contracts';
import type { FileStamp } from './list-specs.ts';

/** What a task file said when it had this stamp. */
export interface IndexEntry {
  readonly stamp: FileStamp;
  readonly task: Task;
}

export type TaskIndex = ReadonlyMap<RepoPath, IndexEntry>;

/** One line of JSON for each file: flat, because it is read at the start of every command. */
type Row = readonly [size: number, mtimeMs: number, ctimeMs: number, ino: number, task: Task];

/** Grows with every change of what tasks are made of. */
const VERSION = 1;

/** The index as it was left, or an empty one. It only ever saves time, so whatever is wrong with it is no error. */
export function loadIndex(stateDirectory: string): TaskIndex {
  try {
    const { version, rows } = JSON.parse(readFileSync(join(stateDirectory, 'index.json'), 'utf8'));
    if (version !== VERSION || !Array.isArray(rows)) return new Map();
    return new Map(rows.map(toEntry));
  } catch {
    return new Map();
  }
}

/** Leaves the index for the next process. A failure costs that one time and nothing else. */
export function saveIndex(stateDirectory: string, index: TaskIndex, system: System): void {
  const rows = Array.from(index.values(), ({ stamp, task }): Row => {
    return [stamp.size, stamp.mtimeMs, stamp.ctimeMs, stamp.ino, task];
  });
  const aside = join(stateDirectory, `index.${system.token(8)}.tmp`);
  try {
    mkdirSync(stateDirectory, { recursive: true });
    writeFileSync(aside, JSON.stringify({ version: VERSION, rows }));
    renameSync(aside, join(stateDirectory, 'index.json'));
    removeLeftovers(stateDirectory);
  } catch {
    rmSync(aside, { force: true });
  }
}

/** Of processes that died while they saved. One that is alive fails to save, which costs nothing. */
function removeLeftovers(stateDirectory: string): void {
  for (const name of readdirSync(stateDirectory)) {
    if (/^index\..*\.tmp$/.test(name)) rmSync(join(stateDirectory, name), { force: true });
  }
}

function toEntry([size, mtimeMs, ctimeMs, ino, task]: Row): [RepoPath, IndexEntry] {
  if (typeof task.path !== 'string' || typeof task.revision !== 'string') throw new Error('Not an index.');
  return [task.path, { stamp: { size, mtimeMs, ctimeMs, ino }, task }];
}
