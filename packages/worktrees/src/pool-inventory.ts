import { join } from 'node:path';
import { type AttemptId, type HolderId, type LeaseManager, type RunId, resource } from '@backlog-runner/contracts';
import { formerUsers } from './former-users.ts';
import type { Repository } from './repository.ts';
import { findGitDir } from './slot.ts';
import { holdSlot } from './slot-hold.ts';
import { readSlotRecord, type SlotRecord } from './slot-record.ts';
import { readdir, realpath, rmdir } from './small-files.ts';
import { take, whileHolding } from './take-slot.ts';

/** What is in the directory of a pool. */
export type PoolEntry =
  | {
      readonly kind: 'worktree';
      readonly name: string;
      readonly state: SlotRecord['state'] | 'unknown';
      readonly attempt?: AttemptId;
    }
  /** Something put aside while an attempt was retained. Empty: it was put back. */
  | { readonly kind: 'aside'; readonly name: string; readonly isEmpty: boolean }
  /** Nobody knows whose it is. */
  | { readonly kind: 'unknown'; readonly name: string };

export interface PoolInventory {
  /** In order of name, worktrees by number. Reads only. */
  list(): Promise<readonly PoolEntry[]>;
  /** Removes a worktree that is free, or an empty directory of ours. False when somebody uses it, or holds work in it. */
  remove(name: string): Promise<boolean>;
}

export interface PoolInventoryOptions {
  readonly repository: Repository;
  /** The pool's directory. */
  readonly directory: string;
  readonly leases: LeaseManager;
  readonly holder: HolderId;
  readonly leaseTtlMs: number;
}

export function poolInventory({ repository, directory, ...options }: PoolInventoryOptions): PoolInventory {
  const slots = { ...options, system: repository.system };
  const pool = () => realpath(directory).catch(() => directory);
  const users = formerUsers({ run: options.holder as string as RunId, leases: options.leases });

  const removeFree = async (path: string): Promise<boolean> => {
    const gitDir = await findGitDir(repository, path);
    const record = gitDir === undefined ? undefined : await readSlotRecord(gitDir);
    if (gitDir === undefined || !record) return false;
    const hold = await holdSlot({ gitDir, users, blank: record, system: repository.system });
    if (hold?.before?.state !== 'free') {
      await hold?.letGo();
      return false;
    }
    // Twice: a slot is locked against the user's own `git worktree prune`.
    const command = ['worktree', 'remove', '--force', '--force', path];
    await whileHolding(slots, resource.workspace('add'), () => repository.git(command));
    return true;
  };

  return {
    async list() {
      const path = await pool();
      const names = await readdir(path).catch(() => []);
      const sorted = [...names].sort((left, right) => left.localeCompare(right, 'en', { numeric: true }));
      return Promise.all(sorted.map((name) => describe(repository, path, name)));
    },
    async remove(name) {
      const path = await pool();
      const [, worktree] = /^(w\d+)(?:\.aside)?$/.exec(name) ?? [];
      if (worktree === undefined) return false;
      const lease = await take(slots, resource.workspace(worktree));
      if (!lease) return false;
      try {
        const entry = await describe(repository, path, name);
        if (entry.kind === 'aside') return await removeEmpty(join(path, name));
        if (entry.kind !== 'worktree' || entry.state !== 'free') return false;
        return await removeFree(join(path, name));
      } finally {
        await lease.end();
      }
    },
  };
}

async function describe(repository: Repository, pool: string, name: string): Promise<PoolEntry> {
  if (/^w\d+\.aside$/.test(name)) {
    const isEmpty = (await readdir(join(pool, name)).catch(() => [name])).length === 0;
    return { kind: 'aside', name, isEmpty };
  }
  const gitDir = /^w\d+$/.test(name) ? await findGitDir(repository, join(pool, name)) : undefined;
  if (gitDir === undefined) return { kind: 'unknown', name };
  const record = await readSlotRecord(gitDir);
  return { kind: 'worktree', name, state: record?.state ?? 'unknown', ...(record ? { attempt: record.attempt } : {}) };
}

async function removeEmpty(path: string): Promise<boolean> {
  return rmdir(path).then(
    () => true,
    () => false,
  );
}
