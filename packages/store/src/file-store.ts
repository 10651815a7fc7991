import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AddResult,
  BacklogError,
  type BacklogOutline,
  type Candidate,
  newTaskId,
  type RepoPath,
  system as realSystem,
  type System,
  type Task,
  type TaskFile,
  type TaskId,
  type TaskPatch,
  type TaskStore,
  type WriteGuard,
} from '@backlog-runner/contracts';
import { candidateFrom, fieldsOf } from './candidate-from.ts';
import { editTaskText } from './edit-task-text.ts';
import { fingerprintOf } from './fingerprint.ts';
import { guardedWrites, type Plan } from './guarded-write.ts';
import { isAlive, knownIdeas } from './known-ideas.ts';
import { isSpecName, modeOfSpec, taskDirectories } from './list-specs.ts';
import { backlogLoader, type IndexUse } from './load-backlog.ts';
import { type ProjectOptions, stateDirectoryOf, TASKS } from './places.ts';
import { parseSpec, specReader } from './read-spec.ts';
import { storing } from './storage.ts';
import { type Matter, type Places, watchPlaces } from './watch-places.ts';
import { writeTaskText } from './write-task-text.ts';

export interface FileStoreOptions extends ProjectOptions {
  /**
   * What to do with the index of the state directory, which saves reading files that did not change. `read-only` and
   * `none` never write anything while reading. Default `read-write`.
   */
  readonly index?: IndexUse;
  /** The largest fence ever granted for a task; 0 for none. Needed for updates guarded by a fence. */
  readonly highestFence?: (id: TaskId) => Promise<number>;
  readonly system?: System;
}

export interface FileStore extends TaskStore {
  /** What {@link TaskStore.read} reads, but for the long texts of tasks: fast, for whoever shows a line of each. */
  outline(): Promise<BacklogOutline>;
}

/**
 * Tasks as YAML files below `backlog/tasks/` of a project. Any number of processes may use one project at once, and
 * each may be killed at any moment. Whatever the disk refuses is `STORAGE_FAILED` and names the path.
 */
export function fileStore(options: FileStoreOptions): FileStore {
  const { directory, index = 'read-write', highestFence = unknownFence, system = realSystem } = options;
  const stateDirectory = stateDirectoryOf(options);
  const loader = backlogLoader({ directory, stateDirectory, index, system });
  const ideas = knownIdeas({
    directory,
    stateDirectory: index === 'read-write' ? stateDirectory : undefined,
    system,
    list: () => {
      const { backlog, directories } = loader.load();
      return { tasks: backlog.tasks, directories };
    },
  });
  const writes = guardedWrites({ stateDirectory, system, during: ideas.noticing });
  let swept = false;

  const readAt = (path: string): { task: Task; text: string; mode: number } | undefined => {
    const mode = modeOfSpec(directory, path);
    if (mode === undefined) return undefined;
    const spec = specReader(directory)(path as RepoPath);
    return spec && 'task' in spec ? { ...spec, mode } : undefined;
  };
  const find = (id: TaskId): ReturnType<typeof readAt> => {
    for (const path of usualPlaces(id)) {
      const found = readAt(path);
      if (found?.task.id === id) return found;
    }
    const listed = loader.load().backlog.tasks.find((task) => task.id === id);
    return listed && readAt(listed.path);
  };
  const sweep = () => {
    if (!swept) storing('written', stateDirectory, () => writes.sweep());
    swept = true;
  };
  const now = () => new Date(system.now()).toISOString();

  /** A task that nobody could read any more would be lost. */
  const edited = ({ task, text }: { task: Task; text: string }, patch: TaskPatch): string => {
    const content = editTaskText(text, patch, now());
    const spec = parseSpec(task.path, Buffer.from(content));
    if ('problem' in spec) throw taskFull(task, spec.problem.message);
    return content;
  };
  const planUpdate = async (id: TaskId, patch: TaskPatch, guard: WriteGuard): Promise<Plan> => {
    const found = find(id);
    if (!found) throw taskMissing(id);
    if ('revision' in guard && guard.revision !== found.task.revision) throw taskChanged(id);
    return {
      target: join(directory, found.task.path),
      content: edited(found, patch),
      replaces: found.task.revision,
      mode: found.mode,
      note: found.task.path,
      async confirm() {
        if ('fence' in guard && (await highestFence(id)) > guard.fence) throw taskChanged(id);
      },
    };
  };
  const twinOf = (fingerprint: string, addedBefore: string): Task | undefined => {
    for (const path of [addedBefore, ideas.find(fingerprint) ?? '']) {
      const task = path === '' ? undefined : readAt(path)?.task;
      if (task && isAlive(task) && fingerprintOf(task) === fingerprint) return task;
    }
    return undefined;
  };
  const planAdd = async (
    candidate: Candidate,
    fingerprint: string,
    addedBefore: string,
  ): Promise<Plan | { answer: AddResult }> => {
    const twin = twinOf(fingerprint, addedBefore);
    if (twin) return { answer: { status: 'duplicate', of: twin.id, title: twin.title } };
    const file = newFile(newTaskId(candidate.title, system.token(4)), candidate);
    return 'message' in file ? { answer: { status: 'invalid', ...file } } : planNew(file);
  };
  const newFile = (id: TaskId, candidate: Candidate): TaskFile | { readonly message: string } => {
    const path = `${TASKS}/${id}.yaml` as RepoPath;
    const content = writeTaskText({ id, state: 'ready', candidate, createdAt: now() });
    const spec = parseSpec(path, Buffer.from(content));
    return 'problem' in spec ? { message: spec.problem.message } : { path, content };
  };
  const planNew = ({ path, content }: TaskFile): Plan => {
    storing('written', join(directory, TASKS), () => mkdirSync(join(directory, TASKS), { recursive: true }));
    return { target: join(directory, path), content, replaces: undefined, note: path };
  };
  const written = ({ note, content }: Plan): Task => {
    const spec = parseSpec(note as RepoPath, Buffer.from(content));
    if ('problem' in spec) throw new Error(`A task was written that cannot be read: ${spec.problem.message}`);
    ideas.learn(spec.task);
    return spec.task;
  };

  return {
    async read() {
      return loader.load().backlog;
    },
    async outline() {
      return loader.outline();
    },
    async get(id) {
      return find(id)?.task;
    },
    async add(proposed): Promise<AddResult> {
      const reading = candidateFrom(fieldsOf(proposed));
      if ('message' in reading) return { status: 'invalid', message: reading.message };
      const { candidate } = reading;
      const fingerprint = fingerprintOf(candidate);
      sweep();
      const result = await writes.write(`idea-${fingerprint}`, (note) => planAdd(candidate, fingerprint, note));
      return 'answer' in result ? result.answer : { status: 'added', task: written(result.plan) };
    },
    async update(id, patch, guard) {
      sweep();
      const result = await writes.write<never>(`task-${id}`, () => planUpdate(id, patch, guard));
      if ('answer' in result) return result.answer;
      return written(result.plan);
    },
    async render(task, patch) {
      const found = readAt(task.path);
      if (!found) throw taskMissing(task.id);
      if (found.task.revision !== task.revision) throw taskChanged(task.id);
      return { path: task.path, content: edited(found, patch), replaces: found.text };
    },
    async renderNew(id, candidate) {
      const reading = candidateFrom(fieldsOf(candidate));
      if ('message' in reading) return { status: 'invalid', message: reading.message };
      const file = newFile(id, reading.candidate);
      return 'message' in file ? { status: 'invalid', ...file } : { status: 'rendered', file };
    },
    async create(id, candidate) {
      const reading = candidateFrom(fieldsOf(candidate));
      if ('message' in reading) throw candidateInvalid(candidate, reading.message);
      sweep();
      const result = await writes.write(`task-${id}`, async () => {
        const there = find(id)?.task;
        if (there) return { answer: there };
        const file = newFile(id, reading.candidate);
        if ('message' in file) throw candidateInvalid(candidate, file.message);
        return planNew(file);
      });
      return 'answer' in result ? result.answer : written(result.plan);
    },
    watch(onChange) {
      return watchPlaces({ places: () => placesOf(directory), onChange, system });
    },
  };
}

/** Where the file of a task is when nobody chose another place. */
function usualPlaces(id: TaskId): readonly string[] {
  return [`${TASKS}/${id}.yaml`, `${TASKS}/done/${id}.yaml`];
}

function placesOf(directory: string): Places {
  return new Map<string, (name: string) => Matter>([
    [directory, (name) => (name === 'backlog' ? 'a directory' : 'nothing')],
    [join(directory, 'backlog'), (name) => MATTERS.get(name) ?? 'nothing'],
    ...taskDirectories(directory).map((place) => [place, matterOfTask] as const),
  ]);
}

const MATTERS: ReadonlyMap<string, Matter> = new Map([
  ['tasks', 'a directory'],
  ['inbox.jsonl', 'a file'],
]);

function matterOfTask(name: string): Matter {
  if (name.startsWith('.')) return 'nothing';
  return isSpecName(name) ? 'a file' : 'a directory';
}

async function unknownFence(): Promise<never> {
  throw new Error('A store needs `highestFence` for updates guarded by a fence.');
}

function taskMissing(id: TaskId): BacklogError {
  return new BacklogError('TASK_MISSING', `There is no task ${id}, or its file is broken.`, {
    hint: 'Type `npx backlog-runner list` to see the tasks and the broken files.',
    details: { task: id },
  });
}

function taskFull({ id, path }: Task, message: string): BacklogError {
  return new BacklogError(
    'TASK_INVALID',
    `${id} is left as it was, because it could not be read afterwards: ${message}`,
    {
      hint: `Make ${path} shorter.`,
      details: { task: id, path },
    },
  );
}

function candidateInvalid({ title }: Candidate, message: string): BacklogError {
  return new BacklogError('TASK_INVALID', message, { details: { title } });
}

function taskChanged(id: TaskId): BacklogError {
  return new BacklogError('TASK_CHANGED', `The task ${id} was changed by somebody else.`, {
    hint: 'Read it again, then decide again.',
    details: { task: id },
  });
}
