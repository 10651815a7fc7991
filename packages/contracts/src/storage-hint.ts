const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some space on the disk, then try again.',
  EDQUOT: 'Your disk quota is used up. Free some space, then try again.',
  EROFS: 'The file system is read-only. Make it writable, then try again.',
  EACCES: 'Give this user the permission to read and write it, then try again.',
  EPERM: 'Give this user the permission to read and write it, then try again.',
  EMFILE: 'Too many files are open. Raise the limit with `ulimit -n`, then try again.',
};

/** What to do about a file operation that failed, by the system error it failed with. Undefined when that does not tell. */
export function storageHint(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? HINTS[String(error.code)] : undefined;
}
