import { join } from 'node:path';
import {
  type HolderId,
  isBacklogError,
  type LeaseManager,
  type Redact,
  type RunId,
  resource,
  type Workspace,
  type WorkspaceManager,
  type WorkspaceRequest,
} from '@backlog-runner/contracts';
import type { ProcessIdentity } from '@backlog-runner/subprocess';
import type { BootstrapOptions } from './bootstrap.ts';
import { formerUsers } from './former-users.ts';
import { prepareSlot } from './prepare-slot.ts';
import { recoverSlots } from './recover-slots.ts';
import type { Repository } from './repository.ts';
import { ensureSlot, findGitDir } from './slot.ts';
import { holdSlot, type SlotHold } from './slot-hold.ts';
import { readSlotRecord } from './slot-record.ts';
import { slotWorkspace } from './slot-workspace.ts';
import { realpath } from './small-files.ts';
import { type TakenPorts, takePorts } from './take-ports.ts';
import { type SlotLeases, type TakenSlot, takeSlot, whileHolding } from './take-slot.ts';
import { calledOff, throwIfCalledOff, unavailable } from './unavailable.ts';

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
  /** Whether a runner still runs, or sleeps. Default: asks the system where it tells, which is Linux. */
  readonly isRunning?: (runner: ProcessIdentity) => boolean;
  /** Ends what a run that is over left at work. Default: kills every process that carries its mark. */
  readonly endProcesses?: (run: RunId) => Promise<unknown>;
  /** Leases that every project of this user on this machine shares: each workspace then has ports of its own. */
  readonly portLeases?: LeaseManager;
  readonly bootstrap?: BootstrapOptions;
  /** Hides secrets in what an install command printed. Default: those of the repository's environment. */
  readonly redact?: Redact;
}

/**
 * A warm pool of git worktrees. A worktree stays when its attempt is over and is moved to the next base; one that a dead
 * runner left is taken over once its lease is over, and what is in it is retained first.
 */
export function gitWorkspaces(options: GitWorkspacesOptions): WorkspaceManager {
  const { repository, directory, limit, leases, holder, leaseTtlMs } = options;
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
    recover: () => recoverSlots(repository, directory, slots, formerUsers(options)),
  };
}

async function openSlot(
  options: GitWorkspacesOptions,
  slots: SlotLeases,
  request: WorkspaceRequest,
  onClose: () => void,
): Promise<Workspace> {
  for (;;) {
    throwIfCalledOff(request.signal);
    const taken = await takeSlot(slots, (name) => isUsable(options, name), request.prefer);
    if (!taken) throw unavailable('Too many workspaces of this project are open.');
    const workspace = await openTaken(taken, options, slots, request, onClose);
    if (workspace) return workspace;
  }
}

/** Undefined when another process was faster. */
async function openTaken(
  { name, lease }: TakenSlot,
  options: GitWorkspacesOptions,
  slots: SlotLeases,
  request: WorkspaceRequest,
  onClose: () => void,
): Promise<Workspace | undefined> {
  const { repository, directory: pool } = options;
  const { attempt, base, signal } = request;
  const place = { repository, pool, name };
  let ports: TakenPorts | undefined;
  let hold: SlotHold | undefined;
  try {
    const users = formerUsers(options);
    const checkout = await ensureSlot(place, base, (add) => addAlone(slots, add, signal));
    hold = await holdSlot({ gitDir: checkout.gitDir, users, blank: { attempt, base }, system: repository.system });
    if (!hold) {
      await lease.end();
      return undefined;
    }
    ports = options.portLeases && (await takePorts({ ...slots, leases: options.portLeases }));
    const environment = { BACKLOG_WORKSPACE: name, ...ports?.environment };
    const record = await prepareSlot(place, checkout, request, { ...options, environment, users, hold });
    const leases = ports ? [lease, ports.lease] : [lease];
    return slotWorkspace({ place, checkout, environment, lease, leases, hold, record, onClose });
  } catch (error) {
    await hold?.letGo().catch(() => {});
    await ports?.lease.end();
    await lease.end();
    if (isBacklogError(error, 'LEASE_LOST')) return undefined;
    throw error;
  }
}

async function isUsable(options: GitWorkspacesOptions, name: string): Promise<boolean> {
  const { repository, directory } = options;
  const pool = await realpath(directory).catch(() => directory);
  const gitDir = await findGitDir(repository, join(pool, name));
  return gitDir === undefined || formerUsers(options).areGone(await readSlotRecord(gitDir));
}

/** Two `git worktree add` at once can fail. */
async function addAlone(
  slots: SlotLeases,
  add: () => Promise<string>,
  signal: AbortSignal | undefined,
): Promise<string> {
  const added = await whileHolding(slots, resource.workspace('add'), add, signal);
  if (added === undefined) throw calledOff();
  return added;
}
