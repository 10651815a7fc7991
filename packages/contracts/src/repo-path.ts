declare const brand: unique symbol;

/**
 * A path inside the project, relative to the project directory (the one that holds `backlog.config.mjs`), with `/`
 * between its parts, no `.` or `..` parts, no leading or trailing `/`. The empty path is the project directory itself.
 */
export type RepoPath = string & { readonly [brand]: 'RepoPath' };

/** Names that git or Windows give a meaning of their own, in any position of a path. */
const RESERVED_PART = /^(\.git|\.git[. ]+|git~\d+)$/i;

/**
 * Reads a path from untrusted text. Undefined when it is absolute, leaves the project, names git's own directory, or
 * holds a NUL. `./src//ui/` and `src\ui` both become `src/ui`.
 */
export function parseRepoPath(text: string): RepoPath | undefined {
  const forward = text.trim().replaceAll('\\', '/');
  if (forward.startsWith('/') || /^[A-Za-z]:/.test(forward) || forward.includes('\0')) return undefined;
  const parts: string[] = [];
  for (const part of forward.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' || RESERVED_PART.test(part)) return undefined;
    parts.push(part);
  }
  return parts.join('/') as RepoPath;
}

/** Whether `path` is `ancestor` or lies below it. The empty ancestor contains everything. */
export function isWithin(path: string, ancestor: string): boolean {
  return ancestor === '' || path === ancestor || path.startsWith(`${ancestor}/`);
}

/** Whether one of two paths contains the other. */
export function pathsOverlap(left: string, right: string): boolean {
  return isWithin(left, right) || isWithin(right, left);
}
