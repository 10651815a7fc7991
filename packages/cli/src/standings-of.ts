import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId } from '@backlog-runner/contracts';
import type { Repository } from '@backlog-runner/worktrees';
import { only } from './only.ts';
import type { SetupFile } from './setup-problems.ts';

type Git = ReturnType<Repository['runner']['at']>;

/** Compares files, by their paths in the repository, with a commit: as git would commit them now. */
export async function standingsOf(
  paths: readonly string[],
  { repository, commit }: { readonly repository: Repository; readonly commit: CommitId },
): Promise<readonly SetupFile['standing'][]> {
  const { directory: workTree, gitDir } = repository.checkout;
  const git = repository.runner.at({ gitDir, workTree });
  const committed = readTree((await git(['ls-tree', '-r', '-z', '--full-tree', commit, '--', ...paths])).stdout);
  const other = await only(paths, async (path) => !(await isBlob(join(workTree, path), committed.get(path))));
  const changed = await changedAmong(
    other.filter((path) => committed.has(path)),
    { git, committed },
  );
  const ignored = await ignoredAmong(
    other.filter((path) => !committed.has(path)),
    git,
  );
  return paths.map((path) => {
    if (committed.has(path)) return changed.has(path) ? 'changed' : 'committed';
    return ignored.has(path) ? 'ignored' : 'uncommitted';
  });
}

/** Most are, byte for byte, and no git has to be asked. */
async function isBlob(file: string, id: string | undefined): Promise<boolean> {
  const bytes = id === undefined ? undefined : await readFile(file).catch(() => undefined);
  if (id === undefined || bytes === undefined) return false;
  const hash = createHash(id.length === 40 ? 'sha1' : 'sha256').update(`blob ${bytes.length}\0`);
  return hash.update(bytes).digest('hex') === id;
}

/** Of files with other bytes those that git would not store as what is committed: it may change line ends. */
async function changedAmong(
  paths: readonly string[],
  { git, committed }: { readonly git: Git; readonly committed: ReadonlyMap<string, string> },
): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const hashes = (await git(['hash-object', '--', ...paths])).stdout.split('\n');
  return new Set(paths.filter((path, index) => committed.get(path) !== hashes[index]));
}

async function ignoredAmong(paths: readonly string[], git: Git): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  // This one command knows no literal pathspecs; a leading `./` keeps a name that begins with a colon a name.
  const { stdout } = await git(['check-ignore', '-z', '--stdin'], {
    input: paths.map((path) => `./${path}\0`).join(''),
    accept: [0, 1],
    magicPathspecs: true,
  });
  return new Set(stdout.split('\0').map((path) => path.replace(/^\.\//, '')));
}

/** The blobs of `git ls-tree -z` by path. */
function readTree(output: string): ReadonlyMap<string, string> {
  return new Map(
    output.split('\0').flatMap((entry) => {
      const [, blob, path] = /^\d+ \w+ ([0-9a-f]+)\t([\s\S]*)$/.exec(entry) ?? [];
      return blob !== undefined && path !== undefined ? [[path, blob] as const] : [];
    }),
  );
}
