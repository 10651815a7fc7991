import { join } from 'node:path';

/** Below the project directory. */
export const TASKS = 'backlog/tasks';
export const INBOX = 'backlog/inbox.jsonl';
export const REJECTED = 'backlog/inbox.rejected.jsonl';

export interface ProjectOptions {
  /** The project directory, absolute: the one that holds `backlog/`. */
  readonly directory: string;
  /** For what can be lost without losing a task. Default `.backlog-runner` below the project directory. */
  readonly stateDirectory?: string;
}

export function stateDirectoryOf({ directory, stateDirectory }: ProjectOptions): string {
  return stateDirectory ?? join(directory, '.backlog-runner');
}
