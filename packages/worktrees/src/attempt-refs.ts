import { type AttemptId, type Fence, parseTaskId, type TaskId } from '@backlog-runner/contracts';

/** The ref that keeps what an attempt wrote. */
export function attemptRef(task: TaskId, fence: Fence): string {
  return `refs/backlog-runner/attempts/${task}/${fence}`;
}

/** The task and fence an attempt's id is made of. */
export function partsOfAttempt(attempt: AttemptId): { readonly task: TaskId; readonly fence: Fence } | undefined {
  const [, name, number] = /^(.+)\.(\d+)$/.exec(attempt) ?? [];
  const task = name === undefined ? undefined : parseTaskId(name);
  return task === undefined ? undefined : { task, fence: Number(number) as Fence };
}
