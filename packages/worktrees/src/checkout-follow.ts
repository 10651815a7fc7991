import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import { BacklogError, type TreeId } from '@backlog-runner/contracts';
import type { BranchCheckout } from './branch-checkouts.ts';
import type { TreeChange } from './change-set.ts';
import type { FollowPlan } from './follow-plan.ts';
import type { Git } from './git.ts';
import type { LandedFile } from './landed-files.ts';
import { objectName } from './loose-object.ts';
import { findObstacles } from './obstacles.ts';
import { putNewVersions, putOldVersions, readOwnFiles, stagedOtherwise } from './own-files.ts';
import type { Repository } from './repository.ts';
import { access, readFile } from './small-files.ts';

export interface Held {
  readonly status: 'held';
  readonly reason: string;
  /** From the top of the repository. */
  readonly paths: readonly string[];
  /** The checkout has moved in part, and is to be taken back. */
  readonly hasMoved?: true;
}

export interface Move {
  readonly from: TreeId;
  readonly to: TreeId;
  /** What changes from one to the other, but for `files`. */
  readonly changes: () => Promise<readonly TreeChange[]>;
  /** The task's own files. On disk they are ours to replace, as long as they hold what they were made from. */
  readonly files: readonly LandedFile[];
}

/** Finds out how a checkout can follow, and whether anything of the user's is in the way. Changes nothing. */
export async function planFollow(
  repository: Repository,
  checkout: BranchCheckout,
  { from, to, changes, files }: Move,
): Promise<FollowPlan | Held> {
  const { directory, gitDir, busy } = checkout;
  if (busy !== undefined) return held(`${busy}.`);
  if (await exists(join(gitDir, 'index.lock'))) return lockedIndex(directory);

  const git = userGit(repository, checkout);
  const isSparse = repository.config.get('core.sparsecheckout') === 'true';
  const paths = await findObstacles({ directory, git, changes: await changes(), isSparse });
  if (paths.length > 0) return held(IN_THE_WAY, paths);

  // Anywhere but in the project's own checkout, a changed task file is an edit like any other.
  const isOurs = gitDir === repository.checkout.gitDir;
  const uncommitted = isOurs ? await differing(directory, files) : [];
  if (uncommitted.length === 0) return { directory, gitDir, from, to, own: [] };
  const own = await readOwnFiles(git, directory, uncommitted, repository.system);
  const staged = await stagedOtherwise(git, own, uncommitted);
  if (staged.length > 0) return held('You have staged another version of the task than the one on disk.', staged);
  let start: TreeId | undefined = from;
  for (const { path, entry } of uncommitted) start = start && (await repository.objects.withFile(start, path, entry));
  if (start === undefined)
    return held(
      IN_THE_WAY,
      uncommitted.map(({ path }) => path),
    );
  return { directory, gitDir, from: start, to, own };
}

/**
 * Moves index and files to the new tree by git's own two-way rule, which leaves alone all that the user changed or
 * staged and refuses before it touches anything when that is in the way.
 */
export async function follow(
  repository: Repository,
  plan: FollowPlan,
  { changes, files }: Move,
): Promise<Held | undefined> {
  const git = userGit(repository, plan);
  const refusal = (await move(git, plan.from, plan.to)) && (await moveRefreshed(git, plan));
  if (refusal === undefined) {
    if (await putNewVersions(git, plan)) return undefined;
    const own = plan.own.map(({ path }) => path);
    return { ...held(IN_THE_WAY, own), hasMoved: true };
  }
  if (/index\.lock'?: File exists/.test(refusal)) return lockedIndex(plan.directory);
  if (!REFUSED.test(refusal)) throw brokeOff(plan.directory, refusal);
  const changed = [...(await changes()).map(({ path }) => path.toString('utf8')), ...files.map(({ path }) => path)];
  const paths = await uncommittedAmong(git, changed);
  return held(IN_THE_WAY, paths.length > 0 ? paths : namesIn(refusal));
}

/**
 * Takes a checkout back to where it was. What the branch holds by now all the same stays: whoever took the task over may
 * have landed the same work. Answers with what git said when something new is in the way.
 */
export async function unfollow(repository: Repository, plan: FollowPlan, branch: TreeId): Promise<string | undefined> {
  const git = userGit(repository, plan);
  const { directory, from, to } = plan;
  const entries = await Promise.all(plan.own.map(({ path }) => repository.objects.entryAt(branch, path)));
  const own = plan.own.flatMap((file, at) => {
    const now = entries[at];
    if (now?.id === file.newEntry.id) return [];
    // Another version landed meanwhile: that one is what the index should hold.
    return now === undefined || now.id === file.committed?.id ? [file] : [{ ...file, oldEntry: now }];
  });
  await putOldVersions(git, { directory, own });
  if (await holdsAll(repository, branch, { from, to })) return undefined;
  return (await move(git, plan.to, plan.from)) && moveRefreshed(git, { from: plan.to, to: plan.from });
}

/** Whether a tree has all that changes from one tree to another. */
async function holdsAll({ changes }: Repository, tree: TreeId, { from, to }: Pick<FollowPlan, 'from' | 'to'>) {
  const nameOf = ({ path }: TreeChange) => path.toString('base64');
  const missing = new Set((await changes(to, tree)).map(nameOf));
  return !(await changes(from, to)).map(nameOf).some((name) => missing.has(name));
}

const IN_THE_WAY = 'Uncommitted changes in your checkout are in the way.';

/** What git says before it touches anything. Any other failure, such as a full disk, may have come half way. */
const REFUSED = /not uptodate|would be (?:overwritten|removed)|would (?:lose|overwrite)|unmerged|not up to date/i;

function brokeOff(directory: string, said: string): BacklogError {
  return new BacklogError('GIT_FAILED', `${directory} could not follow its branch: ${said.trim()}`, {
    hint: 'See that the disk has space and the directory may be written, then start again.',
    details: { directory },
  });
}

/** What git said when it refused; undefined when it moved. */
async function move(git: Git, from: TreeId, to: TreeId): Promise<string | undefined> {
  const { code, stderr } = await git(['read-tree', '-m', '-u', from, to], { accept: [0, 128] });
  return code === 0 ? undefined : stderr;
}

/** A file that was only touched looks changed until the index knows its new time. */
async function moveRefreshed(git: Git, { from, to }: Pick<FollowPlan, 'from' | 'to'>): Promise<string | undefined> {
  await git(['update-index', '-q', '--refresh'], { accept: [0, 1, 128] });
  return move(git, from, to);
}

/** Those that on disk are not what the branch holds. One that is on neither side is simply added. */
async function differing(directory: string, files: readonly LandedFile[]): Promise<readonly LandedFile[]> {
  const answers = await Promise.all(
    files.map(async ({ path, before }) => {
      const content = await readFile(join(directory, path)).catch(() => undefined);
      return content !== undefined && objectName('blob', content) !== before?.id;
    }),
  );
  return files.filter((_file, at) => answers[at]);
}

/** Whether the project's checkout still holds what the task's own files were made from. */
export async function areAsRendered({ checkout }: Repository, files: readonly LandedFile[]): Promise<boolean> {
  const answers = await Promise.all(
    files.map(async ({ path, replaces }) => {
      if (replaces === undefined) return true;
      const content = await readFile(join(checkout.directory, path)).catch(() => undefined);
      return content?.equals(Buffer.from(replaces)) ?? false;
    }),
  );
  return answers.every(Boolean);
}

async function uncommittedAmong(git: Git, changed: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await git(['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all']);
  const uncommitted = new Set(stdout.split('\0').map((line) => line.slice(3)));
  return changed.filter((path) => uncommitted.has(path));
}

function namesIn(refusal: string): readonly string[] {
  return [...refusal.matchAll(/(?:Entry|file|directory) '(.*?)' (?:not uptodate|would be)/gs)].flatMap(([, name]) =>
    name === undefined ? [] : [name],
  );
}

function userGit({ runner }: Repository, { directory, gitDir }: Pick<FollowPlan, 'directory' | 'gitDir'>): Git {
  return runner.at({ gitDir, workTree: directory });
}

function lockedIndex(directory: string): Held {
  return held(`Another git command is at work in ${directory}, or died there: .git/index.lock exists.`);
}

function held(reason: string, paths: readonly string[] = []): Held {
  return { status: 'held', reason, paths };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
