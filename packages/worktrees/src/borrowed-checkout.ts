import { join } from 'node:path';
import { BacklogError, isWithin, type RetainedAttempt, type TreeId } from '@backlog-runner/contracts';
import { partsOfAttempt } from './attempt-refs.ts';
import type { TreeChange } from './change-set.ts';
import { follow, type Move, planFollow } from './checkout-follow.ts';
import { type CheckoutRecord, removeCheckoutRecord, writeCheckoutRecord } from './checkout-record.ts';
import type { LandedFile } from './landed-files.ts';
import { headCommit, type Repository } from './repository.ts';
import { retainAttempt } from './retain.ts';
import { copyFile, rename, rm } from './small-files.ts';
import { type WorkingCopy, workingCopy } from './working-copy.ts';

/** Paths of the project that stay the user's own while an attempt works in their checkout. */
const OWN_PATHS = ['backlog', 'backlog.md', '.backlog-runner'];

export function ownPaths({ prefix }: Repository): readonly string[] {
  return OWN_PATHS.map((path) => `${prefix}${path}`);
}

export function borrowedCopy(repository: Repository, since?: bigint): WorkingCopy {
  const { checkout } = repository;
  const asideDirectory = join(checkout.gitDir, 'backlog-runner-aside');
  return workingCopy({ repository, checkout, asideDirectory, since, leftOut: ownPaths(repository) });
}

/**
 * Notes how everything is and detaches HEAD, so that no commit of an agent moves the user's branch. The user's index is
 * put aside, because an agent may stage things.
 */
export async function borrow(copy: WorkingCopy, record: CheckoutRecord): Promise<void> {
  const { repository, checkout, indexFile, git } = copy;
  const { gitDir } = checkout;
  await copyFile(join(gitDir, 'index'), userIndex(gitDir));
  await copyFile(join(gitDir, 'index'), indexFile);
  await git(['read-tree', '--reset', record.shown]);
  await writeCheckoutRecord(gitDir, record);
  await repository.runner.at({ gitDir })(['update-ref', '--no-deref', 'HEAD', record.shown]);
}

/**
 * Retains what is there and makes the checkout what its branch holds: the base as before, or what was landed. Can be
 * repeated after a crash at any point. Throws `CHECKOUT_NOT_CLEAN` when something of the user's came in between.
 */
export async function giveBack(copy: WorkingCopy, record: CheckoutRecord): Promise<RetainedAttempt> {
  const { repository, checkout, indexFile } = copy;
  const { gitDir } = checkout;
  const retained = await retainAll(copy, record);
  const { tree } = retained;
  await restoreIndex(copy, await repository.objects.treeOf(record.shown), tree);
  if (record.head !== undefined) await repository.runner.at({ gitDir })(['symbolic-ref', 'HEAD', record.head]);

  const head = (await headCommit(repository, gitDir)) ?? record.shown;
  const move = await moveTo(repository, tree, await repository.objects.treeOf(head));
  const plan = await planFollow(repository, { ...checkout, busy: undefined }, move);
  const held = 'status' in plan ? plan : await follow(repository, plan, move);
  if (held) {
    throw new BacklogError('CHECKOUT_NOT_CLEAN', `The checkout cannot be given back. ${held.reason}`, {
      hint: 'Move these files away and start again; the work of the attempt is retained.',
      details: { paths: held.paths },
    });
  }
  await removeCheckoutRecord(gitDir);
  for (const path of [userIndex(gitDir), indexFile]) await rm(path, { force: true });
  return retained;
}

async function retainAll(copy: WorkingCopy, { attempt, base }: CheckoutRecord): Promise<RetainedAttempt> {
  const parts = partsOfAttempt(attempt);
  if (!parts) throw new Error(`Not the id of an attempt: ${attempt}`);
  const subject = `${parts.task}: what was there when the checkout was given back`;
  return retainAttempt(copy, { ...parts, subject, base });
}

/** The index as the user left it, but with the attempt's changes, which then can be moved away like any commit's. */
async function restoreIndex({ repository, checkout }: WorkingCopy, shown: TreeId, tree: TreeId): Promise<void> {
  const { gitDir, directory: workTree } = checkout;
  const indexFile = join(gitDir, 'backlog-runner-new-index');
  await copyFile(userIndex(gitDir), indexFile);
  const git = repository.runner.at({ gitDir, workTree, indexFile });
  await git(['read-tree', '-i', '-m', shown, tree]);
  await git(['update-index', '-q', '--refresh'], { accept: [0, 1] });
  await rename(indexFile, join(gitDir, 'index'));
}

async function moveTo(repository: Repository, from: TreeId, to: TreeId): Promise<Move> {
  const changes = await repository.changes(from, to);
  const isOwn = ({ path, newMode }: TreeChange) =>
    newMode !== '000000' && ownPaths(repository).some((own) => isWithin(path.toString('utf8'), own));
  const files = await Promise.all(
    changes.filter(isOwn).map(async (change): Promise<LandedFile> => {
      const path = change.path.toString('utf8');
      const entry = { mode: change.newMode, id: change.newId };
      const [content, before] = await Promise.all([
        repository.objects.blobText(change.newId),
        repository.objects.entryAt(from, path),
      ]);
      return { path, content, entry, before };
    }),
  );
  return { from, to, changes: async () => changes.filter((change) => !isOwn(change)), files };
}

function userIndex(gitDir: string): string {
  return join(gitDir, 'backlog-runner-user-index');
}
