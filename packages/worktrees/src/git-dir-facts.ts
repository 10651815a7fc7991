import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Facts } from './escapes-between.ts';
import { type FileFact, factsOf } from './file-facts.ts';
import type { Checkout, Repository } from './repository.ts';
import { readdir } from './small-files.ts';

/** Files of the shared git directory that change what git does. */
const CONFIG_FILES = [
  'config',
  'config.worktree',
  'info/attributes',
  'info/exclude',
  'info/grafts',
  'objects/info/alternates',
];

/** Git's settings for the repository and, where they have some of their own, for these checkouts. */
export function gitConfigFacts(repository: Repository, checkouts: readonly Checkout[], fact: FileFact): Promise<Facts> {
  const shared = CONFIG_FILES.map((name) => join(repository.commonDir, name));
  const own = checkouts.flatMap(({ gitDir }) =>
    gitDir === repository.commonDir ? [] : [join(gitDir, 'config.worktree'), join(gitDir, 'commondir')],
  );
  return factsOf(
    [...shared, ...own].map((path) => [gitDirName(repository, path), path]),
    fact,
  );
}

/** The hooks in the git directory. Those a project keeps among its files are files of the checkout. */
export async function hookFacts(repository: Repository, fact: FileFact): Promise<Facts> {
  const paths: string[] = [];
  for (const directory of hookDirectories(repository)) {
    const names = await readdir(directory).catch(() => []);
    paths.push(directory, ...names.map((name) => join(directory, name)));
  }
  return factsOf(
    paths.map((path) => [gitDirName(repository, path), path]),
    fact,
  );
}

function hookDirectories({ commonDir, checkout, config }: Repository): ReadonlySet<string> {
  const usual = join(commonDir, 'hooks');
  const set = config.get('core.hookspath');
  const configured = set === undefined ? usual : resolve(checkout.directory, set);
  const away = relative(commonDir, configured);
  const isInside = !isAbsolute(away) && away.split(sep)[0] !== '..';
  return new Set(isInside ? [usual, configured] : [usual]);
}

/** `.git/hooks/pre-commit`. */
export function gitDirName({ commonDir }: Repository, path: string): string {
  return [basename(commonDir), ...relative(commonDir, path).split(sep)].join('/');
}
