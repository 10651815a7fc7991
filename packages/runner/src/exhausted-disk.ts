import { isBacklogError } from '@backlog-runner/contracts';

const CODES: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EROFS'];
const SAID_BY_GIT = /No space left on device|Disk quota exceeded|Read-only file system/;

/**
 * Why nothing can be kept any more, when an error says that the disk takes no more, whoever met it. No task and no agent
 * is to blame, and whatever is tried next fails the same way.
 */
export function exhaustedDisk(error: unknown): string | undefined {
  return isFull(error) ? `The disk takes no more: ${messageOf(error)} Free some space, then start again.` : undefined;
}

function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && CODES.includes(error.code)) return true;
  if (isBacklogError(error, 'GIT_FAILED') && SAID_BY_GIT.test(error.message)) return true;
  return isFull(error.cause);
}

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message.trim() : '';
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
