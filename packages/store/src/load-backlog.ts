import type { Backlog, RepoPath, SpecProblem, System, Task, TaskId } from '@backlog-runner/contracts';
import { listSpecs, type SpecFile, type SpecListing, sameStamp } from './list-specs.ts';
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
      const settledBefore = system.now() - SETTLED_MS;
      const { files, problems, directories } = listSpecs(directory);
      const read = specReader(directory);
      const next = new Map<RepoPath, IndexEntry>();
      const tasks: Task[] = [];
      const broken: SpecProblem[] = [...problems];
      for (const { path, stamp } of files) {
        const entry = known.get(path);
        if (entry && sameStamp(entry.stamp, stamp)) {
          next.set(path, entry);
          tasks.push(entry.task);
          continue;
        }
        const spec = read(path);
        if (!spec) continue;
        if ('problem' in spec) broken.push(spec.problem);
        else {
          tasks.push(spec.task);
          if (isSettled(stamp, settledBefore)) {
            next.set(path, { stamp, task: spec.task });
            unsaved += 1;
          }
        }
      }
      known = next;
      if (index === 'read-write' && unsaved > files.length * WORTH_SAVING) {
        saveIndex(stateDirectory, known, system);
        unsaved = 0;
      }
      return { backlog: withoutTwins(tasks, broken), directories };
    },
  };
}

function isSettled({ mtimeMs, ctimeMs }: SpecFile['stamp'], before: number): boolean {
  return mtimeMs < before && ctimeMs < before;
}

/** Of two files with one id neither is a task: nobody can say which one is meant. */
function withoutTwins(tasks: readonly Task[], problems: readonly SpecProblem[]): Backlog {
  const paths = new Map<TaskId, RepoPath[]>();
  for (const { id, path } of tasks) {
    const known = paths.get(id);
    if (known) known.push(path);
    else paths.set(id, [path]);
  }
  if (paths.size === tasks.length) return { tasks, problems: inOrder(problems) };
  const twins = tasks.flatMap(({ id, path }): SpecProblem[] => {
    const others = paths.get(id)?.filter((other) => other !== path) ?? [];
    const message = `The id \`${id}\` is also in ${others.join(' and ')}. Give one of them another id or delete it.`;
    return others.length > 0 ? [{ path, message }] : [];
  });
  const unique = tasks.filter(({ id }) => paths.get(id)?.length === 1);
  return { tasks: unique, problems: inOrder([...problems, ...twins]) };
}

function inOrder(problems: readonly SpecProblem[]): readonly SpecProblem[] {
  return [...problems].sort((left, right) => (left.path < right.path ? -1 : 1));
}
