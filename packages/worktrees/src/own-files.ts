import { Buffer } from 'node:buffer';
import { dirname, join } from 'node:path';
import type { System } from '@backlog-runner/contracts';
import type { FollowPlan, OwnFile } from './follow-plan.ts';
import type { Git } from './git.ts';
import type { LandedFile } from './landed-files.ts';
import type { TreeEntry } from './objects.ts';
import { unquotePath } from './quoted-path.ts';
import { chmod, readFile, rename, rm, stat, writeFile } from './small-files.ts';

/** Reads both versions of files that the user has uncommitted. */
export async function readOwnFiles(
  git: Git,
  directory: string,
  files: readonly LandedFile[],
  system: System,
): Promise<readonly OwnFile[]> {
  const index = await indexEntries(git, files);
  return Promise.all(
    files.map(async ({ path, content, entry, before }) => {
      const oldEntry = index.get(path);
      return {
        path,
        draft: `${dirname(path)}/.${system.token(12)}.tmp`,
        oldContent: (await readFile(join(directory, path))).toString('base64'),
        newContent: Buffer.from(content).toString('base64'),
        ...(oldEntry ? { oldEntry } : {}),
        newEntry: entry,
        ...(before ? { committed: before } : {}),
      };
    }),
  );
}

/** Those of which the user has staged a version that is not the one on disk. */
export async function stagedOtherwise(
  git: Git,
  own: readonly OwnFile[],
  files: readonly LandedFile[],
): Promise<readonly string[]> {
  const staged: string[] = [];
  for (const { path, oldEntry } of own) {
    const committed = files.find((file) => file.path === path)?.before;
    if (oldEntry?.id === committed?.id) continue;
    const onDisk = (await git(['hash-object', '--', path])).stdout.trim();
    if (oldEntry?.id !== onDisk) staged.push(path);
  }
  return staged;
}

/**
 * Puts the new versions on disk, each whole or not at all, and into the index. False when one of the files is not what it
 * was any more: then that one stays.
 */
export async function putNewVersions(git: Git, { directory, own }: FollowPlan): Promise<boolean> {
  if (own.length === 0) return true;
  for (const file of own) {
    const present = await readFile(join(directory, file.path), 'base64').catch(() => undefined);
    if (present !== file.oldContent && present !== file.newContent) return false;
    await replaceFile(directory, file, file.newContent);
  }
  const entries = own.flatMap(({ path, newEntry: { mode, id } }) => ['--cacheinfo', `${mode},${id},${path}`]);
  // By its name and not from the disk: whoever slept until now stages nothing of what is there by then.
  await git(['update-index', '-q', '--add', ...entries, '--refresh'], { accept: [0, 1] });
  return true;
}

/** Puts the old versions back where the new ones still are. What anybody changed since stays. */
export async function putOldVersions(
  git: Git,
  { directory, own }: Pick<FollowPlan, 'directory' | 'own'>,
): Promise<void> {
  if (own.length === 0) return;
  const index = await indexEntries(git, own);
  for (const file of own) {
    const present = await readFile(join(directory, file.path), 'base64').catch(() => undefined);
    if (present === file.newContent) await replaceFile(directory, file, file.oldContent);
    await rm(join(directory, file.draft), { force: true });
  }
  const ours = own.filter(({ path, newEntry }) => index.get(path)?.id === newEntry.id);
  await setEntries(
    git,
    ours.map(({ path, oldEntry }) => [path, oldEntry]),
  );
}

async function setEntries(
  git: Git,
  entries: readonly (readonly [path: string, TreeEntry | undefined])[],
): Promise<void> {
  const lines = entries.map(
    ([path, entry]) => `${entry ? `${entry.mode} ${entry.id}` : `0 ${'0'.repeat(40)}`}\t${path}\0`,
  );
  await git(['update-index', '-z', '--index-info'], { input: lines.join('') });
  await git(['update-index', '-q', '--refresh'], { accept: [0, 1] });
}

async function indexEntries(
  git: Git,
  files: readonly { readonly path: string }[],
): Promise<ReadonlyMap<string, TreeEntry>> {
  const { stdout } = await git(['ls-files', '--stage', '--', ...files.map(({ path }) => path)]);
  return new Map(
    stdout.split('\n').flatMap((line) => {
      const [, mode, id, path] = /^(\d{6}) ([0-9a-f]+) \d\t(.*)$/s.exec(line) ?? [];
      return mode && id && path ? [[unquotePath(path).toString('utf8'), { mode, id }]] : [];
    }),
  );
}

async function replaceFile(directory: string, { path, draft }: OwnFile, base64: string): Promise<void> {
  const target = join(directory, path);
  const { mode } = await stat(target).catch(() => ({ mode: 0o644 }));
  const temporary = join(directory, draft);
  try {
    await writeFile(temporary, Buffer.from(base64, 'base64'));
    await chmod(temporary, mode & 0o777);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}
