import { isWithin, parseRepoPath } from '@backlog-runner/contracts';
import { pathsNamedIn } from './named-paths.ts';

/** What would change the judge: its config, scripts and prompts, the report, the runner's own records, and what CI runs. */
const ALWAYS: readonly string[] = [
  'backlog.config.mjs',
  'scripts/backlog',
  'backlog/inbox.jsonl',
  'backlog.md',
  '.backlog-runner',
  '.github/workflows',
  '.gitlab-ci.yml',
];
/** The tasks themselves. Only the runner changes them, so no task can claim one. */
const TASKS = 'backlog/tasks';
/**
 * In any directory. Attributes choose how git filters and merges, and modules what it fetches, so with them the tree that
 * lands would not be what was judged. `.gitignore` is left out: it decides nothing about files git already has.
 */
const GIT_FILES: readonly string[] = ['.gitattributes', '.gitmodules'];

export interface Protection {
  /** Every validation command. The files they name are protected. */
  readonly commands: readonly string[];
  /** More files and directories of the user's choice. */
  readonly protectedPaths: readonly string[];
}

/** Whether a changed path would change the judge and the task, by its touch paths, does not claim exactly that. */
export type IsProtected = (path: string, touchPaths: readonly string[]) => boolean;

/**
 * A touch path claims a protected path when it is the same, or a directory at or below the protected directory: neither
 * `scripts` nor the whole project claims `scripts/backlog/validate.sh`, but `scripts/backlog` does. Nothing can claim what
 * lies outside the project directory, the tasks, or a file that stands where a directory above should be. Case makes no
 * difference to what is protected, because on many disks it makes none to the file.
 */
export function protection({ commands, protectedPaths }: Protection): IsProtected {
  const areas = [...ALWAYS, ...protectedPaths.map(parseRepoPath).filter((path) => path !== undefined)].map(fold);
  const named = commands.map(pathsNamedIn);

  const isNamed = (path: string) =>
    named.some(({ paths, anywhere }) =>
      paths.map(fold).some((file) => path === file || (anywhere && path.endsWith(`/${file}`))),
    );
  return (path, touchPaths) => {
    const folded = fold(path);
    if (path === '..' || path.startsWith('../') || isWithin(folded, fold(TASKS))) return true;
    // Only directories stand there; a file or a link in the place of one hides or redirects all of it.
    if ([...areas, fold(TASKS)].some((area) => area !== folded && isWithin(area, folded))) return true;
    const around = areas.filter((area) => isWithin(folded, area));
    const alone =
      GIT_FILES.some((name) => folded === fold(name) || folded.endsWith(`/${fold(name)}`)) || isNamed(folded);
    if (around.length === 0 && !alone) return false;
    const isClaimed = touchPaths.some(
      (touch) => touch === path || (isWithin(path, touch) && around.some((area) => isWithin(fold(touch), area))),
    );
    return !isClaimed;
  };
}

function fold(path: string): string {
  return path.normalize('NFKC').toUpperCase();
}
