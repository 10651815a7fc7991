declare const brand: unique symbol;

/**
 * A path inside the project, relative to the project directory (the one that holds `backlog.config.mjs`), with `/`
 * between its parts, no `.` or `..` parts, no leading or trailing `/`. The empty path is the project directory itself.
 */
export type RepoPath = string & { readonly [brand]: 'RepoPath' };

/** Signs that some file systems leave out when they compare names. */
const IGNORED = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
/** What git's own directory is called, also where a file system drops endings, shortens names or has streams. */
const GIT_DIRECTORY = /^(\.git|git~\d+)[. ]*(:.*)?$/is;
const DRIVE = /^[A-Za-z]:/;
/** Windows drops dots and spaces at the end of a name, so that `.. ` is `..` there. */
const ONLY_DOTS = /^[. ]+$/;

/**
 * Reads a path from untrusted text. Undefined when it is absolute, leaves the project, names git's own directory, or
 * holds a NUL. `./src//ui/` and `src\ui` both become `src/ui`.
 */
export function parseRepoPath(text: string): RepoPath | undefined {
  const forward = text.trim().replaceAll('\\', '/');
  if (forward.startsWith('/') || forward.includes('\0')) return undefined;
  const parts: string[] = [];
  for (const part of forward.split('/')) {
    if (part === '' || part === '.') continue;
    if (ONLY_DOTS.test(part) || GIT_DIRECTORY.test(part.replace(IGNORED, ''))) return undefined;
    parts.push(part);
  }
  const path = parts.join('/');
  return DRIVE.test(path) ? undefined : (path as RepoPath);
}

/** Whether `path` is `ancestor` or lies below it. The empty ancestor contains everything. */
export function isWithin(path: string, ancestor: string): boolean {
  return ancestor === '' || path === ancestor || path.startsWith(`${ancestor}/`);
}

/** Whether one of two paths contains the other. */
export function pathsOverlap(left: string, right: string): boolean {
  return isWithin(left, right) || isWithin(right, left);
}
