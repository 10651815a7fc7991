import { join, resolve } from 'node:path';
import { BacklogError, type CommitId, type KeptLease, type TreeId, type Workspace } from '@backlog-runner/contracts';
import type { Checkout } from './repository.ts';
import { retainCopy } from './retain.ts';
import { removeUntracked, shareIndex, shows, showTree } from './show-tree.ts';
import { detachHead, linkToGitDir, type SlotPlace } from './slot.ts';
import type { SlotHold } from './slot-hold.ts';
import type { SlotRecord } from './slot-record.ts';
import { besideIndex, isUntouched, type Outside } from './small-index.ts';
import { type WorkingCopy, workingCopy } from './working-copy.ts';

export interface OpenSlot {
  readonly place: SlotPlace;
  readonly checkout: Checkout;
  readonly environment: Readonly<Record<string, string>>;
  /** What says whose the slot is. */
  readonly lease: KeptLease;
  /** That one and what else ends with the workspace. */
  readonly leases: readonly KeptLease[];
  readonly hold: SlotHold;
  readonly record: SlotRecord;
  readonly onClose: () => void;
}

/** A slot of the pool as its attempt has it. */
export function slotWorkspace({
  place,
  checkout,
  environment,
  lease,
  leases,
  hold,
  record,
  onClose,
}: OpenSlot): Workspace {
  const { repository, name } = place;
  const copy = slotCopy(place, checkout, record);
  let base: CommitId = record.base;
  /** What our index was last made from. */
  let indexed: CommitId | TreeId | undefined;
  /** What was beside that when the index was made, where it is known. */
  let beside: readonly Outside[] | undefined;
  let isRetained = false;
  let isClosed = false;

  /** A process that slept may not know yet that its lease is over: the records say who has the slot now. */
  const checkHeld = async () => {
    if (isClosed) throw new Error(`The workspace ${name} is closed.`);
    if (!lease.signal.aborted && (await hold.isLast())) return;
    throw new BacklogError('LEASE_LOST', `The lease of the workspace ${name} is over.`, { details: { name } });
  };
  return {
    name,
    directory: resolve(checkout.directory, repository.prefix),
    environment,
    get base() {
      return base;
    },
    async retain(request) {
      await checkHeld();
      indexed = undefined;
      const { retained, outside } = await retainCopy(copy, { ...request, base });
      indexed = retained.tree;
      beside = outside;
      isRetained = true;
      return retained;
    },
    async show(tree, newBase) {
      await checkHeld();
      await linkToGitDir(checkout);
      await hold.note({ ...record, base: newBase });
      await checkHeld();
      if (indexed !== tree || !((beside && isUntouched(copy, beside)) || (await shows(copy)))) {
        indexed = undefined;
        await showTree(copy, tree);
        await checkHeld();
        await removeUntracked(copy);
        indexed = tree;
        beside = besideIndex(copy);
      }
      await detachHead(repository, checkout.gitDir, newBase);
      await shareIndex(copy);
      base = newBase;
    },
    async close({ unretained = !isRetained } = {}) {
      if (isClosed) return;
      isClosed = true;
      onClose();
      try {
        await hold.note({ ...record, base, state: unretained ? 'left' : 'free' });
      } finally {
        await Promise.all(leases.map((one) => one.end()));
      }
    },
  };
}

export function slotCopy(
  { repository, pool, name }: SlotPlace,
  checkout: Checkout,
  record: Pick<SlotRecord, 'copied' | 'since'> | undefined,
): WorkingCopy {
  const since = record?.since === undefined ? undefined : BigInt(record.since);
  return workingCopy({
    ...{ repository, checkout, since },
    asideDirectory: join(pool, `${name}.aside`),
    leftOut: record?.copied ?? [],
  });
}
