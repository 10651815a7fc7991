import { constants } from 'node:fs';
import { access, copyFile, lstat, mkdir, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { WorkingCopy } from './working-copy.ts';

const INCLUDE_FILE = '.worktreeinclude';

/**
 * Copies untracked files of the user's checkout, such as `.env`, into a workspace: those that match a pattern of the
 * config or of `.worktreeinclude`, and that git ignores in the workspace, so that they never become part of an attempt.
 * Answers with the paths copied, from the top of the repository.
 */
export async function copyUserFiles(copy: WorkingCopy, patterns: readonly string[]): Promise<readonly string[]> {
  const wanted = await userFiles(copy, patterns);
  if (wanted.length === 0) return [];
  const copied: string[] = [];
  for (const path of await ignoredAmong(copy, wanted)) if (await copyOne(copy, path)) copied.push(path);
  return copied;
}

async function userFiles(copy: WorkingCopy, patterns: readonly string[]): Promise<readonly string[]> {
  const { checkout, projectDirectory, prefix, runner } = copy.repository;
  const includeFile = join(projectDirectory, INCLUDE_FILE);
  const hasIncludeFile = await access(includeFile).then(
    () => true,
    () => false,
  );
  if (patterns.length === 0 && !hasIncludeFile) return [];
  const git = runner.at({ gitDir: checkout.gitDir, workTree: checkout.directory });
  const excludes = [
    ...patterns.map((pattern) => `--exclude=${pattern}`),
    ...(hasIncludeFile ? [`--exclude-from=${includeFile}`] : []),
  ];
  const scope = prefix === '' ? [] : ['--', prefix];
  const { stdout } = await git(['ls-files', '-z', '--others', '--ignored', ...excludes, ...scope]);
  return stdout.split('\0').filter((path) => path !== '' && !path.endsWith('/'));
}

async function ignoredAmong({ git }: WorkingCopy, paths: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await git(['check-ignore', '-z', '--stdin'], {
    input: paths.map((path) => `./${path}`).join('\0'),
    accept: [0, 1],
    magicPathspecs: true,
  });
  return stdout
    .split('\0')
    .filter((path) => path !== '')
    .map((path) => path.slice('./'.length));
}

/** Never over a file that is there, never through a link that leads out of the workspace. */
async function copyOne({ checkout, repository }: WorkingCopy, path: string): Promise<boolean> {
  const source = join(repository.checkout.directory, path);
  const target = join(checkout.directory, path);
  if (!(await lstat(source)).isFile()) return false;
  await mkdir(dirname(target), { recursive: true });
  const parent = await realpath(dirname(target));
  if (parent !== checkout.directory && !parent.startsWith(checkout.directory + sep)) return false;
  return copyFile(source, target, constants.COPYFILE_EXCL).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return true;
      throw error;
    },
  );
}
