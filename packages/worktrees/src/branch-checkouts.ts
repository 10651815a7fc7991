import { basename, dirname, join, resolve } from 'node:path';
import type { Checkout, Repository } from './repository.ts';
import { isSlot } from './slot-record.ts';
import { access, readdir, readFile } from './small-files.ts';

/** A checkout of the user's that shows a branch. */
export interface BranchCheckout extends Checkout {
  /** What keeps it from following: an operation in progress, or a directory that is away for now. */
  readonly busy: string | undefined;
}

const OPERATIONS: readonly (readonly [file: string, name: string])[] = [
  ['MERGE_HEAD', 'a merge'],
  ['CHERRY_PICK_HEAD', 'a cherry-pick'],
  ['REVERT_HEAD', 'a revert'],
  ['rebase-merge', 'a rebase'],
  ['rebase-apply', 'a rebase'],
  ['BISECT_LOG', 'a bisect'],
];

/**
 * The checkouts that must follow when a branch moves: the main one or linked ones, but none of the pool. One that is
 * rebasing or bisecting the branch counts too, although its HEAD is elsewhere for now.
 */
export async function branchCheckouts(repository: Repository, branch: string): Promise<readonly BranchCheckout[]> {
  const found: BranchCheckout[] = [];
  for (const checkout of await allCheckouts(repository)) {
    const { gitDir, directory } = checkout;
    const names = await namesIn(gitDir);
    if (isSlot(names)) continue;
    const operation = operationAmong(names);
    const isShown = (await headRef(repository, gitDir)) === branch;
    if (!isShown && !(operation && (await concerns(gitDir, branch)))) continue;
    const isThere = await exists(directory);
    // A worktree whose directory was simply removed is nobody's any more; a locked one comes back.
    if (!isThere && !names.has('locked')) continue;
    const busy = operation ? `${operation} is in progress in ${directory}` : undefined;
    found.push({
      directory,
      gitDir,
      busy: isThere ? busy : `${directory} is not there now and its worktree is locked`,
    });
  }
  return found;
}

/** The full name of the branch a checkout shows; undefined when its HEAD is detached. */
export async function headRef({ refsAreFiles, runner }: Repository, gitDir: string): Promise<string | undefined> {
  if (refsAreFiles) return /^ref: (refs\/heads\/.+)$/m.exec(await textOf(join(gitDir, 'HEAD')))?.[1];
  const { code, stdout } = await runner.at({ gitDir })(['symbolic-ref', '--quiet', 'HEAD'], { accept: [0, 1] });
  return code === 0 ? stdout.trim() : undefined;
}

async function allCheckouts(repository: Repository): Promise<readonly Checkout[]> {
  const { commonDir } = repository;
  const worktrees = join(commonDir, 'worktrees');
  const names = await readdir(worktrees).catch(() => []);
  const linked = names.map(async (name): Promise<Checkout> => {
    const gitDir = join(worktrees, name);
    return { gitDir, directory: dirname(resolve(gitDir, (await textOf(join(gitDir, 'gitdir'))).trim())) };
  });
  const main = mainDirectory(repository);
  return [...(main ? [{ gitDir: commonDir, directory: main }] : []), ...(await Promise.all(linked))];
}

/** Undefined in a bare repository. */
function mainDirectory({ commonDir, checkout, config }: Repository): string | undefined {
  if (checkout.gitDir === commonDir) return checkout.directory;
  const elsewhere = config.get('core.worktree');
  if (elsewhere !== undefined) return resolve(commonDir, elsewhere);
  if (config.get('core.bare') === 'true' || basename(commonDir) !== '.git') return undefined;
  return dirname(commonDir);
}

/** What the user has begun in a checkout and not ended: `a merge`. */
export async function operationIn(gitDir: string): Promise<string | undefined> {
  return operationAmong(await namesIn(gitDir));
}

function operationAmong(names: ReadonlySet<string>): string | undefined {
  return OPERATIONS.find(([file]) => names.has(file))?.[1];
}

async function namesIn(gitDir: string): Promise<ReadonlySet<string>> {
  return new Set(await readdir(gitDir).catch(() => []));
}

/** Whether the operation will come back to the branch when it ends. */
async function concerns(gitDir: string, branch: string): Promise<boolean> {
  const names = await Promise.all(
    ['rebase-merge/head-name', 'rebase-apply/head-name', 'BISECT_START'].map((file) => textOf(join(gitDir, file))),
  );
  return names.some((name) => name.trim() === branch || `refs/heads/${name.trim()}` === branch);
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
