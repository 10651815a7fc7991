import type { Backlog, RepoPath, SpecProblem, System, Task, TaskId } from '@backlog-runner/contracts';
import { type FileStamp, type SpecListing, sameStamp, toStamp, visitSpecs } from './list-specs.ts';
import { specReader } from './read-spec.ts';
import { type IndexEntry, loadIndex, saveIndex, type TaskIndex } from './task-index.ts';

export type IndexUse = 'read-write' | 'read-only' | 'none';

export interface BacklogLoader {
  /** Everything as it is now. Opens only the files that changed since they were last read. */
  load(): { readonly backlog: Backlog; readonly directories: SpecListing['directories'] };
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

  return {
    load() {
      known ??= index === 'none' ? new Map() : loadIndex(stateDirectory);
      const before = known;
      const after = new Map<RepoPath, IndexEntry>();
      const read = specReader(directory);
      const settledBefore = system.now() - SETTLED_MS;
      const tasks: Task[] = [];
      const broken: SpecProblem[] = [];
      const { problems, directories } = visitSpecs(directory, (path, stamp) => {
        const entry = before.get(path);
        if (entry && sameStamp(entry.stamp, stamp)) {
          after.set(path, entry);
          tasks.push(entry.task);
          return;
        }
        const spec = read(path);
        if (!spec) return;
        if ('problem' in spec) {
          broken.push(spec.problem);
          return;
        }
        tasks.push(spec.task);
        if (!isSettled(stamp, settledBefore)) return;
        after.set(path, { stamp: toStamp(stamp), task: spec.task });
        unsaved += 1;
      });
      known = after;
      if (index === 'read-write' && unsaved > after.size * WORTH_SAVING) {
        saveIndex(stateDirectory, after, system);
        unsaved = 0;
      }
      if (directories.length > 1) tasks.sort(byPath);
      return { backlog: withoutTwins(tasks, [...problems, ...broken]), directories };
    },
  };
}

function isSettled({ mtimeMs, ctimeMs }: FileStamp, before: number): boolean {
  return mtimeMs < before && ctimeMs < before;
}

function byPath(left: { path: string }, right: { path: string }): number {
  return left.path < right.path ? -1 : 1;
}

/** Of two files with one id neither is a task: nobody can say which one is meant. */
function withoutTwins(tasks: readonly Task[], problems: readonly SpecProblem[]): Backlog {
  if (new Set(tasks.map(({ id }) => id)).size === tasks.length) return { tasks, problems: inOrder(problems) };
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
