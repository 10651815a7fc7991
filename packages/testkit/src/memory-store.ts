import {
  type AddResult,
  type Backlog,
  BacklogError,
  type Candidate,
  newTaskId,
  parseRepoPath,
  parseTaskId,
  type RepoPath,
  system as realSystem,
  type SpecProblem,
  type System,
  type Task,
  type TaskFile,
  type TaskId,
  type TaskPatch,
  type TaskStore,
} from '@backlog-runner/contracts';
import { type MemoryFiles, memoryFiles } from './memory-files.ts';
import { readTaskFile, writeTaskFile } from './memory-task-file.ts';
import { type TaskOverrides, taskFixture } from './task-fixture.ts';

export interface MemoryStoreOptions {
  /** Where the task files are, below `backlog/tasks/`. Default: files of its own. */
  readonly files?: MemoryFiles;
  readonly system?: System;
  /** The largest fence granted for a task. Needed for updates guarded by a fence. Default: none was ever granted. */
  readonly highestFence?: (task: TaskId) => number;
}

/** Tasks as JSON files in memory, and a person who edits them. */
export interface MemoryStore extends TaskStore {
  /** Changes the file as a person does: at once and without a guard. */
  edit(id: string, change: TaskOverrides): void;
  /** Deletes the file as a person does. */
  remove(id: string): void;
  /** The files themselves, to break one or to add a strange one. */
  readonly files: MemoryFiles;
}

const DIRECTORY = 'backlog/tasks/';

export function memoryStore(tasks: readonly Task[] = [], options: MemoryStoreOptions = {}): MemoryStore {
  const { files = memoryFiles(), system = realSystem, highestFence = () => 0 } = options;
  for (const task of tasks) files.write(task.path, writeTaskFile(task));

  const stored = (id: string): Task => {
    const task = readBacklog(files).tasks.find((candidate) => candidate.id === id);
    if (!task) throw new BacklogError('TASK_MISSING', `There is no task ${id}.`, { details: { task: id } });
    return task;
  };
  const patched = (task: Task, { state, supersededBy, addNotes = [] }: TaskPatch): TaskFile => {
    const statusNotes = [...task.statusNotes, ...addNotes];
    const successors = supersededBy ? { supersededBy } : {};
    const change = {
      ...(state ? { state } : {}),
      ...successors,
      statusNotes,
      updatedAt: new Date(system.now()).toISOString(),
    };
    return { path: task.path, content: writeTaskFile({ ...task, ...change }) };
  };

  const created = (id: TaskId, candidate: Candidate): TaskFile => {
    const createdAt = new Date(system.now()).toISOString();
    const task = taskFixture({ ...candidate, id, createdAt, path: `${DIRECTORY}${id}.yaml` });
    return { path: task.path, content: writeTaskFile(task) };
  };

  return {
    files,
    read: async () => readBacklog(files),
    get: async (id) => readBacklog(files).tasks.find((task) => task.id === id),
    async add(candidate): Promise<AddResult> {
      const wrong = whatIsWrongWith(candidate);
      if (wrong !== undefined) return { status: 'invalid', message: wrong };
      const twin = readBacklog(files).tasks.find((task) => isSameIdea(task.title, candidate.title));
      if (twin) return { status: 'duplicate', of: twin.id, title: twin.title };
      const id = newTaskId(candidate.title, system.token(4));
      const { path, content } = created(id, candidate);
      files.write(path, content);
      return { status: 'added', task: stored(id) };
    },
    async update(id, patch, guard) {
      const task = stored(id);
      const holds = 'revision' in guard ? guard.revision === task.revision : guard.fence >= highestFence(id);
      if (!holds) throw taskChanged(id);
      const { path, content } = patched(task, patch);
      files.write(path, content);
      return stored(id);
    },
    async render(task, patch) {
      const now = stored(task.id);
      if (now.revision !== task.revision) throw taskChanged(task.id);
      return { ...patched(now, patch), replaces: files.read(now.path) ?? '' };
    },
    async renderNew(id, candidate) {
      const message = whatIsWrongWith(candidate);
      return message === undefined
        ? { status: 'rendered', file: created(id, candidate) }
        : { status: 'invalid', message };
    },
    async create(id, candidate) {
      const message = whatIsWrongWith(candidate);
      if (message !== undefined) throw new BacklogError('TASK_INVALID', message);
      const { path, content } = created(id, candidate);
      if (readBacklog(files).tasks.every((task) => task.id !== id)) files.write(path, content);
      return stored(id);
    },
    watch: (onChange) => files.watch(onChange),
    edit(id, change) {
      const task = stored(id);
      files.write(task.path, writeTaskFile({ ...task, ...taskFixture({ ...task, ...change }) }));
    },
    remove(id) {
      files.remove(stored(id).path);
    },
  };
}

function taskChanged(id: TaskId): BacklogError {
  return new BacklogError('TASK_CHANGED', `The task ${id} is no longer as it was.`, { details: { task: id } });
}

function readBacklog(files: MemoryFiles): Backlog {
  const read = files.entries().flatMap(([path, content]) => {
    return path.startsWith(DIRECTORY) ? [readTaskFile(path as RepoPath, content)] : [];
  });
  const byId = new Map<TaskId, number>();
  for (const file of read) if ('id' in file) byId.set(file.id, (byId.get(file.id) ?? 0) + 1);
  const tasks: Task[] = [];
  const problems: SpecProblem[] = [];
  for (const file of read) {
    if (!('id' in file)) problems.push(file);
    else if (byId.get(file.id) === 1) tasks.push(file);
    else problems.push({ path: file.path, message: `Another file has the id ${file.id} too.` });
  }
  return { tasks, problems };
}

function whatIsWrongWith(candidate: Candidate): string | undefined {
  if (candidate.title.trim() === '') return 'The title is empty.';
  const outside = candidate.touchPaths.find((path) => parseRepoPath(path) === undefined);
  if (outside !== undefined) return `The path ${outside} is outside the project.`;
  const noId = candidate.dependsOn.find((id) => parseTaskId(id) === undefined);
  return noId === undefined ? undefined : `${noId} cannot be the id of a task.`;
}

/** Titles that differ in case, punctuation and spaces only. The real store is cleverer. */
function isSameIdea(left: string, right: string): boolean {
  return words(left) === words(right);
}

function words(title: string): string {
  return title
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .join(' ');
}
