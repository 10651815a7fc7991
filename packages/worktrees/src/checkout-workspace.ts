import {
  BacklogError,
  isWithin,
  type KeptLease,
  type RecoveredWork,
  resource,
  type Workspace,
  type WorkspaceManager,
  type WorkspaceRequest,
} from '@backlog-runner/contracts';
import { borrow, borrowedCopy, giveBack, ownPaths } from './borrowed-checkout.ts';
import { headRef, operationIn } from './branch-checkouts.ts';
import { type CheckoutRecord, readCheckoutRecord, writeCheckoutRecord } from './checkout-record.ts';
import { headCommit, type Repository } from './repository.ts';
import { retainAttempt } from './retain.ts';
import { type SlotLeases, take } from './take-slot.ts';
import { throwIfCalledOff, unavailable } from './unavailable.ts';
import type { GitWorkspacesOptions } from './worktree-pool.ts';

export type CheckoutWorkspaceOptions = Pick<GitWorkspacesOptions, 'repository' | 'leases' | 'holder' | 'leaseTtlMs'>;

/**
 * The user's own checkout as the one workspace, for projects that cannot be worked on elsewhere. It must be clean, but
 * for the backlog itself. While an attempt works its HEAD is detached, so that nothing an agent commits moves a branch;
 * closing retains everything and makes the checkout what its branch holds then, the backlog's files included.
 */
export function checkoutWorkspace({
  repository,
  leases,
  holder,
  leaseTtlMs,
}: CheckoutWorkspaceOptions): WorkspaceManager {
  const slots: SlotLeases = { leases, holder, leaseTtlMs, system: repository.system };
  return {
    limit: 1,
    async open(request) {
      throwIfCalledOff(request.signal);
      const lease = await take(slots, resource.workspace('checkout'));
      if (!lease) throw unavailable('Another attempt is at work in the checkout.');
      try {
        return await openCheckout(repository, lease, request);
      } catch (error) {
        await lease.end();
        throw error;
      }
    },
    async recover() {
      if (!(await readCheckoutRecord(repository.checkout.gitDir))) return [];
      const lease = await take(slots, resource.workspace('checkout'));
      if (!lease) return [];
      try {
        return await recoverCheckout(repository);
      } finally {
        await lease.end();
      }
    },
  };
}

async function recoverCheckout(repository: Repository): Promise<readonly RecoveredWork[]> {
  const record = await readCheckoutRecord(repository.checkout.gitDir);
  if (!record) return [];
  const { attempt, base } = record;
  const retained = await giveBack(borrowedCopy(repository), record);
  return retained.commit === base ? [] : [{ attempt, base, retained }];
}

async function openCheckout(
  repository: Repository,
  lease: KeptLease,
  { attempt, base }: WorkspaceRequest,
): Promise<Workspace> {
  const { gitDir } = repository.checkout;
  const copy = borrowedCopy(repository);
  await recoverCheckout(repository);
  await checkClean(repository);
  if ((await headCommit(repository, gitDir)) !== base) {
    throw unavailable(`The checkout does not show ${base}, on which the attempt is to be made.`);
  }
  const head = await headRef(repository, gitDir);
  let record: CheckoutRecord = { attempt, shown: base, base, ...(head === undefined ? {} : { head }) };
  await borrow(copy, record);
  let isClosed = false;

  const isHeld = async () => !lease.signal.aborted && (await readCheckoutRecord(gitDir))?.attempt === attempt;
  const checkHeld = async () => {
    if (isClosed) throw new Error('The workspace is closed.');
    if (await isHeld()) return;
    throw new BacklogError('LEASE_LOST', 'The lease of the checkout is over.');
  };
  return {
    name: 'checkout',
    directory: repository.projectDirectory,
    environment: { BACKLOG_WORKSPACE: 'checkout' },
    get base() {
      return record.base;
    },
    async retain(request) {
      await checkHeld();
      return retainAttempt(copy, { ...request, base: record.base });
    },
    async show(tree, newBase) {
      await checkHeld();
      const now = (await copy.git(['write-tree'])).stdout.trim();
      record = { ...record, base: newBase };
      await writeCheckoutRecord(gitDir, record);
      await copy.git(['read-tree', '-m', '-u', now, tree]);
      await repository.runner.at({ gitDir })(['update-ref', '--no-deref', 'HEAD', newBase]);
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      try {
        if (await isHeld()) await giveBack(copy, record);
      } finally {
        await lease.end();
      }
    },
  };
}

async function checkClean(repository: Repository): Promise<void> {
  const { gitDir, directory: workTree } = repository.checkout;
  const git = repository.runner.at({ gitDir, workTree });
  const operation = await operationIn(gitDir);
  const { stdout } = await git(['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all']);
  const paths = stdout
    .split('\0')
    .map((line) => line.slice('XY '.length))
    .filter((path) => path !== '' && !ownPaths(repository).some((own) => isWithin(path, own)));
  if (paths.length === 0 && operation === undefined) return;
  const found =
    operation === undefined ? `uncommitted changes: ${paths.slice(0, 5).join(', ')}` : `${operation} in progress`;
  throw new BacklogError('CHECKOUT_NOT_CLEAN', `Without worktrees the checkout must be clean, but it has ${found}.`, {
    hint: 'Commit or stash them, or work with worktrees: workspace.useWorktrees in the config.',
    details: { paths },
  });
}
