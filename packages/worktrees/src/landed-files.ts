import type { TaskFile, TreeId } from '@backlog-runner/contracts';
import type { TreeEntry } from './objects.ts';
import type { Repository } from './repository.ts';

/** A file that arrives together with the code, as it is in the commit. */
export interface LandedFile {
  /** From the top of the repository. */
  readonly path: string;
  readonly content: string;
  readonly entry: TreeEntry;
  /** What the branch holds there before. */
  readonly before: TreeEntry | undefined;
  /** What it was made from. */
  readonly replaces?: string;
}

export interface LandedFiles {
  readonly tree: TreeId;
  readonly files: readonly LandedFile[];
  /** Whether some were left out because git ignores them or cannot hold them at that path. */
  readonly someIgnored: boolean;
}

/** Puts files into a tree, but for those that git ignores. */
export async function placeFiles(
  repository: Repository,
  { tree, onto, files }: { tree: TreeId; onto: TreeId; files: readonly TaskFile[] },
): Promise<LandedFiles> {
  const { objects, prefix } = repository;
  const placed: LandedFile[] = [];
  let result = tree;
  let someIgnored = false;
  for (const { path: projectPath, content, replaces } of files) {
    const path = `${prefix}${projectPath}`;
    const before = await objects.entryAt(onto, path);
    const isHeld = before !== undefined || !(await isIgnored(repository, path));
    const entry = { mode: before?.mode ?? '100644', id: isHeld ? await writeContent(repository, path, content) : '' };
    const withFile = isHeld ? await objects.withFile(result, path, entry) : undefined;
    if (withFile === undefined) {
      someIgnored = true;
      continue;
    }
    result = withFile;
    placed.push({ path, content, entry, before, ...(replaces === undefined ? {} : { replaces }) });
  }
  return { tree: result, files: placed, someIgnored };
}

/** Also true for a path behind a symbolic link, which git cannot hold. */
async function isIgnored({ checkout, runner }: Repository, path: string): Promise<boolean> {
  const git = runner.at({ gitDir: checkout.gitDir, workTree: checkout.directory });
  const question = ['check-ignore', '--quiet', '--', `./${path}`];
  const { code, stderr } = await git(question, { accept: [0, 1, 128], magicPathspecs: true });
  if (code === 128 && !stderr.includes('beyond a symbolic link')) await git(question, { magicPathspecs: true });
  return code !== 1;
}

/** As `git add` would store it: line ends and filters count. */
async function writeContent(repository: Repository, path: string, content: string): Promise<string> {
  const { checkout, runner, objects, config } = repository;
  const hasFilters = [...config.keys()].some((name) => name.startsWith('filter.') && !name.startsWith('filter.lfs.'));
  if (!hasFilters && !content.includes('\r')) return objects.writeBlob(content);
  const git = runner.at({ gitDir: checkout.gitDir, workTree: checkout.directory });
  const { stdout } = await git(['hash-object', '-w', '--stdin', `--path=${path}`], { input: content });
  return stdout.trim();
}
