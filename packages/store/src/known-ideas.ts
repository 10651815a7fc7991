import { join } from 'node:path';
import type { RepoPath, Task } from '@backlog-runner/contracts';
import { fingerprintOf } from './fingerprint.ts';
import { type FileStamp, type SpecListing, sameStamp, stampOf } from './list-specs.ts';

/** Which tasks there are, by idea, without looking at all of them each time. */
export interface KnownIdeas {
  /** Where a task with this fingerprint was when last seen. */
  find(fingerprint: string): RepoPath | undefined;
  /** Remembers a task this process has written. */
  learn(task: Task): void;
  /** Makes a change of this process: that a directory changed by it is no reason to look at all tasks again. */
  noticing<T>(change: () => T): T;
}

export interface KnownIdeasOptions {
  readonly directory: string;
  readonly list: () => { readonly tasks: readonly Task[]; readonly directories: SpecListing['directories'] };
}

interface Directory {
  readonly path: RepoPath;
  readonly stamp: FileStamp | undefined;
}

/** A directory changes when a file in it comes, goes or is replaced, so an unchanged one holds the tasks it held. */
export function knownIdeas({ directory, list }: KnownIdeasOptions): KnownIdeas {
  const paths = new Map<string, RepoPath>();
  let directories: readonly Directory[] = [];
  const stamped = (path: RepoPath): Directory => ({ path, stamp: stampOf(join(directory, path)) });

  const refresh = () => {
    const seen = list();
    paths.clear();
    for (const task of seen.tasks) if (isAlive(task)) paths.set(fingerprintOf(task), task.path);
    directories = seen.directories;
  };
  const isCurrent = (): boolean =>
    directories.length > 0 &&
    directories.every(({ path, stamp }) => {
      const now = stamped(path).stamp;
      return now !== undefined && stamp !== undefined && sameStamp(now, stamp);
    });

  return {
    find(fingerprint) {
      if (!isCurrent()) refresh();
      return paths.get(fingerprint);
    },
    learn(task) {
      if (isAlive(task)) paths.set(fingerprintOf(task), task.path);
    },
    noticing(change) {
      const current = isCurrent();
      const result = change();
      directories = current ? directories.map(({ path }) => stamped(path)) : [];
      return result;
    },
  };
}

/** A failed or superseded task is no reason not to try again. */
export function isAlive({ state }: Pick<Task, 'state'>): boolean {
  return state === 'planned' || state === 'ready' || state === 'done';
}
