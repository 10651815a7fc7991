import type {
  Backlog,
  BacklogOutline,
  RepoPath,
  SpecProblem,
  System,
  Task,
  TaskId,
  TaskOutline,
} from '@backlog-runner/contracts';
import type { FileStamp } from './file-stamp.ts';
import { listSpecs, type SpecListing } from './list-specs.ts';
import { specReader } from './read-spec.ts';
import {
  type IndexEntry,
  loadIndex,
  loadOutlines,
  type Recall,
  recallFrom,
  saveIndex,
  type TaskIndex,
} from './task-index.ts';

export type IndexUse = 'read-write' | 'read-only' | 'none';

export interface BacklogLoader {
  /** Everything as it is now. Opens only the files that changed since they were last read. */
  load(): { readonly backlog: Backlog; readonly directories: SpecListing['directories'] };
  /** Less of the same. Keeps and writes nothing. */
  outline(): BacklogOutline;
}

export interface LoaderOptions {
  readonly directory: string;
  readonly stateDirectory: string;
  readonly index: IndexUse;
  readonly system: System;
}

/** A file changed twice within one tick of its clock looks unchanged. No clock that matters ticks more slowly. */
const SETTLED_MS = 2000;
/** The index is written again when it lacks more than this part of the files. */
const WORTH_SAVING = 0.1;

export function backlogLoader({ directory, stateDirectory, index, system }: LoaderOptions): BacklogLoader {
  let known: TaskIndex | undefined;
  let unsaved = 0;
  const recallOutlines = (): Recall<TaskOutline> => {
    if (known) return recallFrom(known);
    return index === 'none' ? () => undefined : loadOutlines(stateDirectory);
  };

  return {
    load() {
      const listing = listSpecs(directory);
      const before: TaskIndex = known ?? (index === 'none' ? new Map() : loadIndex(stateDirectory));
      const after = new Map<RepoPath, IndexEntry>();
      const settledBefore = system.now() - SETTLED_MS;
      const { tasks, problems } = readTasks(directory, listing, recallFrom(before), (task, place) => {
        const entry = before.get(task.path);
        if (entry?.task === task) {
          after.set(task.path, entry);
          return;
        }
        const stamp = listing.stamps.at(place);
        if (!isSettled(stamp, settledBefore)) return;
        after.set(task.path, { stamp, task });
        unsaved += 1;
      });
      known = after;
      if (index === 'read-write' && unsaved > after.size * WORTH_SAVING) {
        saveIndex(stateDirectory, after, system);
        unsaved = 0;
      }
      return { backlog: withoutTwins(tasks, problems), directories: listing.directories };
    },
    outline() {
      // The files first: while they are looked at, the index would only be in the way of the garbage collector.
      const listing = listSpecs(directory);
      const { tasks, problems } = readTasks(directory, listing, recallOutlines(), () => {});
      return withoutTwins(tasks, problems);
    },
  };
}

/** Every task there is, in order of path: what is known of it when its file did not change, else what the file says. */
function readTasks<T extends TaskOutline>(
  directory: string,
  { paths, stamps, problems, directories }: SpecListing,
  recall: Recall<T>,
  noticing: (task: T | Task, place: number) => void,
) {
  const read = specReader(directory);
  const tasks: (T | Task)[] = [];
  const broken: SpecProblem[] = [];
  for (const [place, path] of paths.entries()) {
    const known = recall(path, stamps, place);
    const spec = known ? undefined : read(path);
    if (spec && 'problem' in spec) broken.push(spec.problem);
    const task = known ?? (spec && 'task' in spec ? spec.task : undefined);
    if (task === undefined) continue;
    tasks.push(task);
    noticing(task, place);
  }
  if (directories.length > 1) tasks.sort(byPath);
  return { tasks, problems: [...problems, ...broken] };
}

function isSettled({ mtimeMs, ctimeMs }: FileStamp, before: number): boolean {
  return mtimeMs < before && ctimeMs < before;
}

function byPath(left: { path: string }, right: { path: string }): number {
  return left.path < right.path ? -1 : 1;
}

/** Of two files with one id neither is a task: nobody can say which one is meant. */
function withoutTwins<T extends TaskOutline>(
  tasks: readonly T[],
  problems: readonly SpecProblem[],
): { tasks: readonly T[]; problems: readonly SpecProblem[] } {
  const ids = new Set<TaskId>();
  for (const { id } of tasks) ids.add(id);
  if (ids.size === tasks.length) return { tasks, problems: inOrder(problems) };
  const paths = new Map<TaskId, RepoPath[]>();
  for (const { id, path } of tasks) paths.set(id, [...(paths.get(id) ?? []), path]);
  const twins = tasks.flatMap(({ id, path }): SpecProblem[] => {
    const others = paths.get(id)?.filter((other) => other !== path) ?? [];
    const message = `The id \`${id}\` is also in ${others.join(' and ')}. Give one of them another id or delete it.`;
    return others.length > 0 ? [{ path, message }] : [];
  });
  const unique = tasks.filter(({ id }) => paths.get(id)?.length === 1);
  return { tasks: unique, problems: inOrder([...problems, ...twins]) };
}

function inOrder(problems: readonly SpecProblem[]): readonly SpecProblem[] {
  return [...problems].sort(byPath);
}
