import { parseRepoPath, type RepoPath } from '@backlog-runner/contracts';

/** What a command line names that may be a file of the project. */
export interface NamedPaths {
  readonly paths: readonly RepoPath[];
  /** The command changes its directory, so the paths may be relative to any. */
  readonly anywhere: boolean;
}

/**
 * Reads the words of a command line that look like a path: with a slash or an ending, such as `scripts/check.sh`,
 * `--config=tools/lint.json` or `check.sh`. A directory may be among them; it is no file, so it protects nothing.
 * It takes in more than a command runs: what it overlooks is not protected.
 */
export function pathsNamedIn(command: string): NamedPaths {
  const words = command.split(/[\s"'`;&|<>()={},]+/);
  const paths = words
    .filter((word) => !word.startsWith('-') && !word.includes('://') && !/[*?$[\]]/.test(word) && looksLikePath(word))
    .flatMap((word) => parseRepoPath(word) ?? [])
    .filter((path) => path !== '');
  return { paths: [...new Set(paths)], anywhere: words.some((word) => word === 'cd' || word === 'pushd') };
}

function looksLikePath(word: string): boolean {
  return /[/\\]/.test(word) || /[^.]\.[A-Za-z]\w*$/.test(word);
}
