import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CommitId } from '@backlog-runner/contracts';
import { makeReadable } from './readable.ts';
import type { Checkout, Repository } from './repository.ts';
import { isSlotFile } from './slot-record.ts';
import { lstat, mkdir, readdir, readFile, realpath, rename, writeFile } from './small-files.ts';

export interface SlotPlace {
  readonly repository: Repository;
  /** The pool's directory. */
  readonly pool: string;
  readonly name: string;
}

/**
 * The slot as a worktree git knows, made if needed. What is in its directory stays; a directory that belongs to no
 * worktree any more is moved aside, because nobody knows whose work it holds. `alone` runs its argument while no other
 * process adds a worktree.
 */
export async function ensureSlot(
  place: SlotPlace,
  base: CommitId,
  alone: (add: () => Promise<string>) => Promise<string>,
): Promise<Checkout> {
  const { repository, pool, name } = place;
  await mkdir(pool, { recursive: true });
  const directory = join(await realpath(pool), name);
  const known = await findGitDir(repository, directory);
  if (known !== undefined) return { directory, gitDir: known };
  const gitDir = await alone(async () => {
    if (await exists(directory)) await moveAside(directory, place);
    return addWorktree(repository, directory, base);
  });
  return { directory, gitDir };
}

/** Found from the repository's side: what is in the slot itself may be an agent's doing. */
export async function findGitDir({ commonDir }: Repository, directory: string): Promise<string | undefined> {
  const worktrees = join(commonDir, 'worktrees');
  const names = await readdir(worktrees).catch(() => []);
  for (const name of names) {
    const target = await readFile(join(worktrees, name, 'gitdir'), 'utf8').catch(() => '');
    if (resolve(target.trim()) === join(directory, '.git')) return join(worktrees, name);
  }
  return undefined;
}

async function addWorktree(repository: Repository, directory: string, base: CommitId): Promise<string> {
  const locked = ['--lock', '--reason', 'A workspace of backlog-runner'];
  await repository.git(['worktree', 'add', '--quiet', '--detach', '--no-checkout', ...locked, directory, base]);
  const gitDir = await findGitDir(repository, directory);
  if (gitDir === undefined) throw new Error(`git made no worktree at ${directory}.`);
  return gitDir;
}

/** A `.git` that does not lead to the slot's git directory, and locks and drafts of processes that died, are no content. */
export async function mendSlot(place: SlotPlace, { directory, gitDir }: Checkout): Promise<void> {
  const stats = await lstat(directory).catch(() => undefined);
  if (stats && !stats.isDirectory()) await moveAside(directory, place);
  await mkdir(directory, { recursive: true });
  await linkToGitDir({ directory, gitDir });
  await mendFile(join(gitDir, 'commondir'), '../..\n');
  const left = (await readdir(gitDir)).filter((name) => name.endsWith('.lock') || name === DRAFT_OF_HEAD);
  for (const name of left) await rm(join(gitDir, name), { force: true });
}

/** Writes only what is wrong: others look at these files at any time, and half a write would look like an attack. */
async function mendFile(path: string, content: string): Promise<void> {
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present?.trim() !== content.trim()) await writeFile(path, content);
}

/** An agent that removed `.git`, or made a repository of its own there, changed no content of its workspace. */
export async function linkToGitDir({ directory, gitDir }: Checkout): Promise<void> {
  const path = join(directory, '.git');
  const link = `gitdir: ${gitDir}\n`;
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present?.trim() === link.trim()) return;
  await rm(path, { recursive: true, force: true });
  await writeFile(path, link);
}

async function moveAside(path: string, { repository, pool, name }: SlotPlace): Promise<void> {
  await rename(path, join(pool, `unknown-${name}-${repository.system.token(6)}`));
}

/** Forgets what an agent did to its checkout's own git state, such as a merge it began, and detaches it at a commit. */
export async function resetGitState(
  { refsAreFiles, runner }: Repository,
  gitDir: string,
  base: CommitId,
): Promise<void> {
  for (const name of await readdir(gitDir)) {
    const stays = isSlotFile(name) || (!refsAreFiles && name !== 'index');
    if (!stays) await rm(join(gitDir, name), { recursive: true, force: true });
  }
  await detachHead({ refsAreFiles, runner }, gitDir, base);
}

const DRAFT_OF_HEAD = 'HEAD.new';

/** A slot has one owner, so nobody races for its HEAD. */
export async function detachHead(
  { refsAreFiles, runner }: Pick<Repository, 'refsAreFiles' | 'runner'>,
  gitDir: string,
  commit: CommitId,
): Promise<void> {
  if (!refsAreFiles) {
    await runner.at({ gitDir })(['update-ref', '--no-deref', 'HEAD', commit]);
    return;
  }
  const draft = join(gitDir, DRAFT_OF_HEAD);
  await writeFile(draft, `${commit}\n`);
  await rename(draft, join(gitDir, 'HEAD'));
}

/** Removes everything in a slot. */
export async function emptySlot(directory: string): Promise<void> {
  await makeReadable(directory);
  for (const name of await readdir(directory)) {
    if (name !== '.git') await rm(join(directory, name), { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
