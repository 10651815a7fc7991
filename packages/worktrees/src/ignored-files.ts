import { Buffer } from 'node:buffer';
import { lstat } from './small-files.ts';
import { type Outside, outsideIndex, smallIndex } from './small-index.ts';
import type { WorkingCopy } from './working-copy.ts';

/**
 * What is in a working copy whose index was just brought up to date, is not in that index, and came or changed after a
 * moment (nanoseconds, by the clock of the file system): the names of what git ignores, from the top of the repository.
 * A directory that git ignores as a whole is one name, with a slash at its end.
 */
export async function ignoredSince(copy: WorkingCopy, since: bigint): Promise<readonly string[]> {
  const entries = smallIndex(copy);
  const ignored = (entries && outsideIndex(copy, entries)) ?? (await listedByGit(copy));
  return ignored
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
