import type { RunId, TaskId } from './ids.ts';
import { pathsOverlap } from './repo-path.ts';
import type { TaskOutline } from './task.ts';

declare const brand: unique symbol;
/** What a lease covers, such as `task/fix-login-x4f2` or `path/src/ui`. */
export type ResourceKey = string & { readonly [brand]: 'ResourceKey' };

export const resource = {
  task: (id: TaskId): ResourceKey => `task/${id}` as ResourceKey,
  /** A path of the project and everything below it; the empty path is the whole project. */
  path: (path: string): ResourceKey => (path === '' ? 'path' : `path/${path}`) as ResourceKey,
  capability: (name: string): ResourceKey => `capability/${encoded(name)}` as ResourceKey,
  /** The right to move a branch, by its full ref name. */
  landing: (ref: string): ResourceKey => `landing/${encoded(ref)}` as ResourceKey,
  /** A block of network ports of this machine, by its number. */
  ports: (block: number): ResourceKey => `ports/${block}` as ResourceKey,
  /** The right to look for candidates in one way. */
  pass: (id: string): ResourceKey => `pass/${encoded(id)}` as ResourceKey,
  workspace: (name: string): ResourceKey => `workspace/${encoded(name)}` as ResourceKey,
  /** The right to clean up after a run that died. */
  recovery: (run: RunId): ResourceKey => `recovery/${run}` as ResourceKey,
  /** Held by a runner for its whole life: what `stop` waits for. */
  runner: (run: RunId): ResourceKey => `runner/${run}` as ResourceKey,
};

/** As one part of a key. Half a surrogate pair, which no encoding has, becomes the replacement character. */
function encoded(name: string): string {
  return encodeURIComponent(name.replace(/\p{Cs}/gu, '\ufffd'));
}

/** Two keys conflict when one is the other or lies below it, part by part: `path/src` and `path/src/ui`. */
export function resourcesConflict(left: ResourceKey, right: ResourceKey): boolean {
  return pathsOverlap(left, right);
}

/** Everything that must be free before the task may run, and that no other task may have while it runs. */
export function resourcesOf(task: TaskOutline): readonly ResourceKey[] {
  const keys = [
    resource.task(task.id),
    ...task.touchPaths.map(resource.path),
    ...task.capabilities.map(resource.capability),
  ];
  return [...new Set(keys)];
}
