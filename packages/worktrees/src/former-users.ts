import { type LeaseManager, type RunId, resource } from '@backlog-runner/contracts';
import { endMarked } from '@backlog-runner/subprocess';
import type { SlotRecord } from './slot-record.ts';

/** Whoever used a slot before. */
export interface FormerUsers {
  /** Ends what a run that is over left at work, so that it cannot write into the slot any more. */
  end(record: SlotRecord | undefined): Promise<void>;
}

export interface FormerUsersOptions {
  readonly run: RunId;
  readonly endProcesses?: (run: RunId) => Promise<unknown>;
}

export function formerUsers({
  run: own,
  endProcesses = (run) => endMarked(`${run}/`),
}: FormerUsersOptions): FormerUsers {
  return {
    async end(record) {
      if (record?.run === undefined || record.run === own || isClosed(record)) return;
      await endProcesses(record.run);
    },
  };
}

/**
 * Whether nobody works in a slot any more: its attempt closed it, or its run is not present. A lease of the slot that
 * ended says less: the run may have slept, and its agent have worked on.
 */
export async function isOver(leases: LeaseManager, record: SlotRecord | undefined): Promise<boolean> {
  if (record?.run === undefined || isClosed(record)) return true;
  const presence = resource.runner(record.run);
  return !(await leases.list()).some(({ resources }) => resources.includes(presence));
}

function isClosed({ state }: SlotRecord): boolean {
  return state === 'free' || state === 'left';
}
