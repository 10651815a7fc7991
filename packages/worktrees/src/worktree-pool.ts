import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  BacklogError,
  type CommitId,
  type HolderId,
  isBacklogError,
  type KeptLease,
  type LeaseManager,
  type Redact,
  type RunId,
  redactor,
  resource,
  type Workspace,
  type WorkspaceManager,
  type WorkspaceRequest,
} from '@backlog-runner/contracts';
import { adopt } from './adopt.ts';
import { type BootstrapOptions, DEFAULT_KEEP, install } from './bootstrap.ts';
import { copyUserFiles } from './copy-files.ts';
import { dependencyKey } from './dependency-key.ts';
import type { Checkout, Repository } from './repository.ts';
import { retainAttempt } from './retain.ts';
import { removeUntracked, shareIndex, showTree } from './show-tree.ts';
import { detachHead, ensureSlot, linkToGitDir, resetGitState } from './slot.ts';
import { readSlotRecord, type SlotRecord, writeSlotRecord } from './slot-record.ts';
import { type SlotLeases, takeSlot, whileHolding } from './take-slot.ts';
import { type WorkingCopy, workingCopy } from './working-copy.ts';

export interface GitWorkspacesOptions {
  readonly repository: Repository;
  /** A workspace is used by whoever holds its lease. */
  readonly leases: LeaseManager;
  readonly holder: HolderId;
  readonly leaseTtlMs: number;
  /** The pool's directory, outside the repository. See `defaultPoolDirectory`. */
  readonly directory: string;
  /** How many this manager may have open at once. */
  readonly limit: number;
  readonly run: RunId;
  readonly bootstrap?: BootstrapOptions;
  /** Hides secrets in what an install command printed. Default: those of the repository's environment. */
  readonly redact?: Redact;
}

/**
 * A warm pool of git worktrees. A worktree stays when its attempt is over and is moved to the next base; one that a dead
 * runner left is taken over once its lease is over, and what is in it is retained first.
 */
export function gitWorkspaces(options: GitWorkspacesOptions): WorkspaceManager {
  const { repository, limit, leases, holder, leaseTtlMs } = options;
  const slots: SlotLeases = { leases, holder, leaseTtlMs, system: repository.system };
  let open = 0;

  return {
    limit,
    async open(request) {
      if (open >= limit) throw unavailable(`All ${limit} workspaces are open.`);
      open += 1;
      const giveBack = () => {
        open -= 1;
      };
      try {
        return await openSlot(options, slots, request, giveBack);
      } catch (error) {
        giveBack();
        if (isBacklogError(error, 'BOOTSTRAP_FAILED') || isBacklogError(error, 'WORKSPACE_UNAVAILABLE')) throw error;
        throw unavailable('No workspace could be prepared.', error);
      }
    },
  };
}

async function openSlot(
  options: GitWorkspacesOptions,
  slots: SlotLeases,
  request: WorkspaceRequest,
  onClose: () => void,
): Promise<Workspace> {
  const { repository, directory: pool } = options;
  throwIfCalledOff(request.signal);
  const taken = await takeSlot(slots);
  if (!taken) throw unavailable('Too many workspaces of this project are open.');
  const { name, lease } = taken;
  try {
    const place = { repository, pool, name, base: request.base };
    const checkout = await ensureSlot(place, async (action) => {
      const done = await whileHolding(
        slots,
        resource.workspace('add'),
        async () => ({ result: await action() }),
        request.signal,
      );
      if (!done) throw calledOff();
      return done.result;
    });
    const record = await prepare(options, request, checkout, name);
    return slotWorkspace({ repository, checkout, pool, name, lease, record, onClose });
  } catch (error) {
    await lease.end();
    throw error;
  }
}

/** From whatever the slot holds to the base with its dependencies; what was unretained is retained on the way. */
async function prepare(
  options: GitWorkspacesOptions,
  { attempt, base, signal }: WorkspaceRequest,
  checkout: Checkout,
  name: string,
): Promise<SlotRecord> {
  const { repository, directory: pool, bootstrap = {} } = options;
  const before = await readSlotRecord(checkout.gitDir);
  const used = slotCopy(repository, checkout, pool, name, before?.copied ?? []);
  await adopt(used, before);

  const preparing: SlotRecord = { state: 'preparing', attempt, base, copied: [] };
  await writeSlotRecord(checkout.gitDir, preparing);
  const directories = [checkout.directory, resolve(checkout.directory, repository.prefix)];
  const { installCommand, keep = DEFAULT_KEEP, copyFiles = [], environmentNames = [] } = bootstrap;
  const wantedDependencies = () => dependencyKey(directories, installCommand ?? '');
  // What the last attempt installed is not what the base asks for, even when the base's lockfile has not changed.
  const left = before?.dependencies === (await wantedDependencies()) ? before.dependencies : undefined;

  await resetGitState(repository, checkout.gitDir, base);
  const fresh = slotCopy(repository, checkout, pool, name, []);
  await showTree(fresh, base);
  const dependencies = await wantedDependencies();
  const areInstalled = left === dependencies;
  await removeUntracked(fresh, areInstalled ? keep : []);
  await mkdir(resolve(checkout.directory, repository.prefix), { recursive: true });
  throwIfCalledOff(signal);

  const copied = await copyUserFiles(fresh, copyFiles);
  if (installCommand !== undefined && !areInstalled) {
    await install({
      repository,
      command: installCommand,
      directory: resolve(checkout.directory, repository.prefix),
      environment: environmentOf(name),
      environmentNames,
      run: options.run,
      redact: options.redact ?? redactor(repository.environment),
      ...(signal ? { signal } : {}),
    });
  }
  await shareIndex(fresh);
  const record: SlotRecord = { state: 'open', attempt, base, copied, dependencies };
  await writeSlotRecord(checkout.gitDir, record);
  return record;
}

interface OpenSlot {
  readonly repository: Repository;
  readonly checkout: Checkout;
  readonly pool: string;
  readonly name: string;
  readonly lease: KeptLease;
  readonly record: SlotRecord;
  readonly onClose: () => void;
}

function slotWorkspace({ repository, checkout, pool, name, lease, record, onClose }: OpenSlot): Workspace {
  const copy = slotCopy(repository, checkout, pool, name, record.copied);
  let base: CommitId = record.base;
  let isRetained = false;
  let isClosed = false;

  /** A process that slept may not know yet that its lease is over: the record says who has the slot now. */
  const isHeld = async () =>
    !lease.signal.aborted && (await readSlotRecord(checkout.gitDir))?.attempt === record.attempt;
  const checkHeld = async () => {
    if (isClosed) throw new Error(`The workspace ${name} is closed.`);
    if (await isHeld()) return;
    throw new BacklogError('LEASE_LOST', `The lease of the workspace ${name} is over.`, { details: { name } });
  };
  return {
    name,
    directory: resolve(checkout.directory, repository.prefix),
    environment: environmentOf(name),
    get base() {
      return base;
    },
    async retain(request) {
      await checkHeld();
      const retained = await retainAttempt(copy, { ...request, base });
      isRetained = true;
      return retained;
    },
    async show(tree, newBase) {
      await checkHeld();
      await linkToGitDir(checkout);
      await writeSlotRecord(checkout.gitDir, { ...record, base: newBase });
      await showTree(copy, tree);
      await removeUntracked(copy);
      await detachHead(repository, checkout.gitDir, newBase);
      await shareIndex(copy);
      base = newBase;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      onClose();
      try {
        if (isRetained && (await isHeld())) await writeSlotRecord(checkout.gitDir, { ...record, base, state: 'free' });
      } finally {
        await lease.end();
      }
    },
  };
}

function slotCopy(
  repository: Repository,
  checkout: Checkout,
  pool: string,
  name: string,
  leftOut: readonly string[],
): WorkingCopy {
  return workingCopy({ repository, checkout, asideDirectory: join(pool, `${name}.aside`), leftOut });
}

function environmentOf(name: string): Readonly<Record<string, string>> {
  return { BACKLOG_WORKSPACE: name };
}

function throwIfCalledOff(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw calledOff();
}

function calledOff(): BacklogError {
  return unavailable('Nobody waits for the workspace any more.');
}

function unavailable(message: string, cause?: unknown): BacklogError {
  const reason = cause instanceof Error ? ` ${cause.message}` : '';
  return new BacklogError('WORKSPACE_UNAVAILABLE', `${message}${reason}`, { cause });
}
