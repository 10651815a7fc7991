import { TASK_SCHEMA } from '@backlog-runner/contracts';

/** The text of `backlog/task.schema.json`, by which editors complete and check task files. */
export function renderTaskSchema(): string {
  return `${JSON.stringify(TASK_SCHEMA, undefined, 2)}\n`;
}
