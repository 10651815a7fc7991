import { Buffer } from 'node:buffer';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { indexEntries } from './index-entries.ts';
import type { WorkingCopy } from './working-copy.ts';

/**
 * What is in a working copy whose index was just brought up to date, is not in that index, and came or changed after a
 * moment (nanoseconds, by the clock of the file system): the names of what git ignores, from the top of the repository.
 * A directory that git ignores as a whole is one name, with a slash at its end.
 */
export async function ignoredSince(copy: WorkingCopy, since: bigint): Promise<readonly string[]> {
  const entries = indexEntries(await readFile(copy.indexFile));
  const ignored = entries
    ? await outsideOf(
        copy,
        entries.map(({ path }) => path),
      )
    : await listedByGit(copy);
  const found: string[] = [];
  for (const path of ignored) if (await isNewer(copy, path, since)) found.push(Buffer.from(path, 'latin1').toString());
  return found;
}

/** Names have a character for each byte, so that they can be compared whatever they are. */
async function outsideOf({ checkout }: WorkingCopy, paths: readonly string[]): Promise<readonly string[]> {
  const files = new Set(paths);
  const directories = new Set(paths.flatMap(parentsOf));
  const outside: string[] = [];
  const pending = [''];
  for (const place of pending) {
    const top = Buffer.concat([Buffer.from(`${checkout.directory}/`), Buffer.from(place, 'latin1')]);
    for (const entry of await readdir(top, { withFileTypes: true, encoding: 'buffer' })) {
      const path = `${place}${entry.name.toString('latin1')}`;
      if (files.has(path) || entry.name.toString() === '.git') continue;
      if (!entry.isDirectory()) outside.push(path);
      else if (directories.has(path)) pending.push(`${path}/`);
      else outside.push(`${path}/`);
    }
  }
  return outside;
}

function parentsOf(path: string): readonly string[] {
  return [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index));
}

async function listedByGit({ git }: WorkingCopy): Promise<readonly string[]> {
  const { stdout } = await git(['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory']);
  return stdout
    .split('\0')
    .filter(Boolean)
    .map((path) => Buffer.from(path).toString('latin1'));
}

async function isNewer({ checkout }: WorkingCopy, path: string, since: bigint): Promise<boolean> {
  const whole = Buffer.concat([Buffer.from(`${checkout.directory}/`), Buffer.from(path, 'latin1')]);
  return lstat(whole, { bigint: true }).then(
    ({ ctimeNs }) => ctimeNs > since,
    () => false,
  );
}
