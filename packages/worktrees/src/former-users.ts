import { type LeaseManager, type RunId, resource } from '@backlog-runner/contracts';
import { endMarked, isRunning as isRunningHere, type ProcessIdentity } from '@backlog-runner/subprocess';
import type { SlotRecord } from './slot-record.ts';

/** Whoever used a slot before. */
export interface FormerUsers {
  /**
   * Whether nobody works in a slot any more: nobody is about to take it, and either its attempt closed it, or its run is not
   * present and its process does not even sleep. A lease that ended says less: whoever slept goes on where it was, in the
   * middle of a command that changes files.
   */
  areGone(record: SlotRecord | undefined): Promise<boolean>;
  /** Ends what a run that is over left at work, so that it cannot write into the slot any more. */
  end(record: SlotRecord | undefined): Promise<void>;
}

export interface FormerUsersOptions {
  readonly run: RunId;
  readonly leases: LeaseManager;
  readonly isRunning?: (runner: ProcessIdentity) => boolean;
  readonly endProcesses?: (run: RunId) => Promise<unknown>;
}

export function formerUsers({
  run: own,
  leases,
  isRunning = isRunningHere,
  endProcesses = (run) => endMarked(`${run}/`),
}: FormerUsersOptions): FormerUsers {
  return {
    async areGone(record) {
      if (record?.taker !== undefined && isRunning(record.taker)) return false;
      if (record?.run === undefined || isClosed(record)) return true;
      if (record.runner !== undefined && isRunning(record.runner)) return false;
      const presence = resource.runner(record.run);
      return !(await leases.list()).some(({ resources }) => resources.includes(presence));
    },
    async end(record) {
      if (record?.run === undefined || record.run === own || isClosed(record)) return;
      await endProcesses(record.run);
    },
  };
}

function isClosed({ state }: SlotRecord): boolean {
  return state === 'free' || state === 'left';
}
