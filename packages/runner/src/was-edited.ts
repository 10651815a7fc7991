import { type BacklogError, isBacklogError } from '@backlog-runner/contracts';

/** Whether something failed because somebody has changed the task meanwhile, or taken it away. */
export function wasEdited(error: unknown): error is BacklogError {
  return isBacklogError(error, 'TASK_CHANGED') || isBacklogError(error, 'TASK_MISSING');
}
