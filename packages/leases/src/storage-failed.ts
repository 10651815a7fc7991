import { BacklogError, isBacklogError } from '@backlog-runner/contracts';

const HINTS: Readonly<Record<string, string>> = {
  EACCES: 'Make the directory writable for this user.',
  EPERM: 'Make the directory writable for this user, on a file system with hard links.',
  EROFS: 'The file system is read-only: mount it writable or move the state directory.',
  ENOSPC: 'The disk is full: free some space and try again.',
  EDQUOT: 'The disk quota is used up: free some space and try again.',
  ENOTDIR: 'Something that is no directory is in its place: move it away.',
  ENOTSUP: 'Leases need a file system with hard links: move the state directory to one.',
};

/** Turns what a file system says into the one error people see. */
export function storageFailed(directory: string, cause: unknown): unknown {
  if (isBacklogError(cause)) return cause;
  const code = errorCode(cause);
  // Without an errno it did not come from the file system: a bug, and as loud as one.
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return cause;
  return new BacklogError('STORAGE_FAILED', `The leases in ${directory} cannot be read or changed (${code}).`, {
    hint: HINTS[code] ?? 'Check the disk and the permissions of the directory.',
    details: { directory, errno: code },
    cause,
  });
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
