import { join } from 'node:path';
import type { RepoPath, System, Task } from '@backlog-runner/contracts';
import { sameStamp, stampOf } from './file-stamp.ts';
import { fingerprintOf } from './fingerprint.ts';
import { appendIdeas, loadIdeas, saveIdeas } from './ideas-file.ts';
import type { SpecDirectory, SpecListing } from './list-specs.ts';

/** Which ideas are in the backlog, without looking at all tasks each time. */
export interface KnownIdeas {
  /** Where a task with this fingerprint was when last seen. */
  find(fingerprint: string): RepoPath | undefined;
  /** Makes a change of this process: that a directory changed by it is no reason to look at all tasks again. */
  noticing<T>(change: () => T): T;
  /** Remembers the task such a change wrote. */
  learn(task: Task): void;
}

export interface KnownIdeasOptions {
  readonly directory: string;
  /** Where to keep them for the next process, if anywhere. */
  readonly stateDirectory: string | undefined;
  readonly list: () => { readonly tasks: readonly Task[]; readonly directories: SpecListing['directories'] };
  readonly system: System;
}

/**
 * A directory changes when a file in it comes, goes or is replaced, so an unchanged one holds the ideas it held. What
 * this misses, a title edited in place or a file that came in the same tick of the clock, can let one idea in twice,
 * but never two that are added by stores: see the notes of guarded writes.
 */
export function knownIdeas({ directory, stateDirectory, list, system }: KnownIdeasOptions): KnownIdeas {
  let paths = new Map<string, RepoPath>();
  let before: ((fingerprint: string) => RepoPath | undefined) | undefined;
  let directories: readonly SpecDirectory[] = [];

  const load = () => {
    if (before) return;
    const ideas = stateDirectory === undefined ? undefined : loadIdeas(stateDirectory);
    before = ideas?.find ?? (() => undefined);
    directories = ideas?.directories ?? [];
  };
  const refresh = () => {
    const seen = list();
    paths = new Map(seen.tasks.filter(isAlive).map((task) => [fingerprintOf(task), task.path]));
    before = () => undefined;
    directories = seen.directories;
    if (stateDirectory !== undefined && directories.length > 0) saveIdeas(stateDirectory, paths, directories, system);
  };
  const stampedNow = (): readonly SpecDirectory[] =>
    directories.flatMap(({ path }) => {
      const stamp = stampOf(join(directory, path));
      return stamp ? [{ path, stamp }] : [];
    });
  const isCurrent = (): boolean => {
    const now = stampedNow();
    return now.length > 0 && directories.every(({ stamp }, index) => now[index] && sameStamp(stamp, now[index].stamp));
  };

  return {
    find(fingerprint) {
      load();
      if (!isCurrent()) refresh();
      return paths.get(fingerprint) ?? before?.(fingerprint);
    },
    noticing(change) {
      load();
      const current = isCurrent();
      const result = change();
      directories = current ? stampedNow() : [];
      return result;
    },
    learn(task) {
      const learned = new Map(isAlive(task) ? [[fingerprintOf(task), task.path]] : []);
      for (const [fingerprint, path] of learned) paths.set(fingerprint, path);
      if (stateDirectory !== undefined && directories.length > 0) appendIdeas(stateDirectory, learned, directories);
    },
  };
}

/** A failed or superseded task is no reason not to try again. */
export function isAlive({ state }: Pick<Task, 'state'>): boolean {
  return state === 'planned' || state === 'ready' || state === 'done';
}
