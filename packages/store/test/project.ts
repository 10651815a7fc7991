import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RepoPath, TaskId } from '@backlog-runner/contracts';
import { onTestFinished } from 'vitest';

export interface Project {
  readonly directory: string;
  write(path: string, text: string): void;
  read(path: string): string;
  /** Names in a directory; none when it is missing. */
  names(path: string): readonly string[];
}

/** An empty project that the test removes. */
export function emptyProject(): Project {
  const directory = mkdtempSync(join(tmpdir(), 'backlog-store-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return {
    directory,
    write(path, text) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    },
    read: (path) => readFileSync(join(directory, path), 'utf8'),
    names(path) {
      try {
        return readdirSync(join(directory, path)).sort();
      } catch {
        return [];
      }
    },
  };
}

export const taskId = (text: string): TaskId => text as TaskId;
export const repoPath = (text: string): RepoPath => text as RepoPath;
