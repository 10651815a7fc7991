import { BacklogError } from '@backlog-runner/contracts';

export function unavailable(message: string, cause?: unknown): BacklogError {
  const reason = cause instanceof Error ? ` ${cause.message}` : '';
  return new BacklogError('WORKSPACE_UNAVAILABLE', `${message}${reason}`, { cause });
}

export function calledOff(): BacklogError {
  return unavailable('Nobody waits for the workspace any more.');
}

export function throwIfCalledOff(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw calledOff();
}
