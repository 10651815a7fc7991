import { rmSync } from 'node:fs';
import { BacklogError, storageHint } from '@backlog-runner/contracts';

/** Runs file operations; a failure of the environment becomes a `STORAGE_FAILED` that names the path. */
export function storing<T>(deed: 'read' | 'written', path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw isErrno(error) ? storageFailed(deed, path, error) : error;
  }
}

export function storageFailed(deed: 'read' | 'written', path: string, cause: unknown): BacklogError {
  const code = codeOf(cause);
  return new BacklogError('STORAGE_FAILED', `${path} could not be ${deed}: ${reasonOf(cause)}.`, {
    hint: storageHint(cause) ?? (code === 'EXDEV' ? ON_ANOTHER_DISK : UNKNOWN),
    details: { path, ...(code ? { code } : {}) },
    cause,
  });
}

/** The name of a system error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return isErrno(error) ? error.code : undefined;
}

/** The result of the action, or undefined when it fails with one of these system errors. */
export function unless<T>(codes: readonly string[], action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (codes.includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** Removes a file of ours that is of no more use. One that cannot be removed does no harm. */
export function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

const ON_ANOTHER_DISK = 'Keep the state directory on the same file system as the backlog.';
const UNKNOWN = 'Check that the path exists and that the disk works, then try again.';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EXDEV: 'it is on another file system than the state directory',
  ENOTDIR: 'a part of the path is not a directory',
};

function reasonOf(cause: unknown): string {
  return REASONS[codeOf(cause) ?? ''] ?? (cause instanceof Error ? cause.message : String(cause));
}

function isErrno(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}
