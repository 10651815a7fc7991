import type { Cancel } from '@backlog-runner/contracts';
import { watchers } from './watchers.ts';

/** A directory: paths with `/` between their parts, and texts. */
export interface MemoryFiles {
  read(path: string): string | undefined;
  write(path: string, content: string): void;
  remove(path: string): void;
  /** In order of path. */
  entries(): readonly (readonly [path: string, content: string])[];
  /** Calls back soon after a change. */
  watch(onChange: () => void): Cancel;
}

export function memoryFiles(initial: Readonly<Record<string, string>> = {}): MemoryFiles {
  const contents = new Map(Object.entries(initial));
  const changed = watchers();
  return {
    read: (path) => contents.get(path),
    write(path, content) {
      contents.set(path, content);
      changed.notify();
    },
    remove(path) {
      contents.delete(path);
      changed.notify();
    },
    entries: () => [...contents].sort(([left], [right]) => (left < right ? -1 : 1)),
    watch: changed.add,
  };
}
