import { TASK_STATES, type TaskState } from '@backlog-runner/contracts';

/** What two lines of a task file say, read without the rest: of a file in a commit no more is needed. */
export function stateIn(text: string): TaskState | undefined {
  const [, value] = /^state:[ \t]*["']?([\w-]+)/m.exec(text) ?? [];
  return value === undefined ? 'ready' : TASK_STATES.find((state) => state === value);
}

/** Without an id of its own a task has the name of its file. */
export function idIn(text: string, path: string): string {
  const [, value] = /^id:[ \t]*["']?([^\s"'#]+)/m.exec(text) ?? [];
  return value ?? path.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
}
