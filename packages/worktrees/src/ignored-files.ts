import { Buffer } from 'node:buffer';
import { lstat } from './small-files.ts';
import type { Outside } from './small-index.ts';
import type { WorkingCopy } from './working-copy.ts';

/**
 * What is in a working copy whose index was just brought up to date, is not in that index, and came or changed after a
 * moment (nanoseconds, by the clock of the file system): the names of what git ignores, from the top of the repository.
 * A directory that git ignores as a whole is one name, with a slash at its end. `outside` is all that is not in the index,
 * where that is known.
 */
export async function ignoredSince(
  copy: WorkingCopy,
  since: bigint,
  outside: readonly Outside[] | undefined,
): Promise<readonly string[]> {
  return (outside ?? (await listedByGit(copy)))
    .filter(({ path, ctimeNs }) => ctimeNs > since && !path.endsWith('/.git/'))
    .map(({ path }) => Buffer.from(path, 'latin1').toString());
}

async function listedByGit({ git, checkout }: WorkingCopy): Promise<readonly Outside[]> {
  const { stdout } = await git(['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory']);
  const names = stdout.split('\0').filter(Boolean);
  const found = names.map((name) =>
    lstat(`${checkout.directory}/${name}`, { bigint: true }).then(
      ({ ctimeNs }) => [{ path: Buffer.from(name).toString('latin1'), ctimeNs }],
      () => [],
    ),
  );
  return (await Promise.all(found)).flat();
}
