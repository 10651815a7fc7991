import { BacklogError, type System } from '@backlog-runner/contracts';
import { ownIdentity } from '@backlog-runner/subprocess';
import type { FormerUsers } from './former-users.ts';
import { addSlotRecord, lastRecord, type SlotRecord, writeSlotRecord } from './slot-record.ts';

/** A slot that was taken, as its records show it, for as long as nobody else takes it. */
export interface SlotHold {
  /** What it was used for until then. */
  readonly before: SlotRecord | undefined;
  /** Notes what it is used for now. Of no effect once somebody else has taken it. */
  note(record: SlotRecord): Promise<void>;
  /** Whether nobody has taken it since. */
  isLast(): Promise<boolean>;
  /** Throws `LEASE_LOST` once somebody else has taken it. To be called before anything in the slot is changed. */
  check(): Promise<void>;
  /** Lets others have it again, who find what was noted last. */
  letGo(): Promise<void>;
}

export interface SlotToHold {
  readonly gitDir: string;
  readonly users: FormerUsers;
  /** What is noted of a slot that was never used. */
  readonly blank: Pick<SlotRecord, 'attempt' | 'base'>;
  readonly system: System;
}

/**
 * Takes a slot of which the lease is held already. A lease ends while its holder sleeps, and whoever wakes goes on where
 * it was; so the slot is taken by a record that only one process can add, and belongs to that process while it runs.
 * Undefined when somebody uses the slot, or was faster.
 */
export async function holdSlot({ gitDir, users, blank, system }: SlotToHold): Promise<SlotHold | undefined> {
  const last = await lastRecord(gitDir);
  if (!(await users.areGone(last.record))) return undefined;
  const number = last.number + 1;
  const taker = ownIdentity();
  let noted: SlotRecord = last.record ?? { state: 'free', copied: [], ...blank };
  const taken: SlotRecord = taker ? { ...noted, taker } : noted;
  if (!(await addSlotRecord(gitDir, number, taken, system.token(6)))) return undefined;

  // An agent may have removed every record: nobody has taken the slot by that.
  const isLast = async () => (await lastRecord(gitDir)).number <= number;
  const note = async (record: SlotRecord) => {
    noted = record;
    await writeSlotRecord(gitDir, number, record);
  };
  return {
    before: last.record,
    note,
    isLast,
    async check() {
      if (await isLast()) return;
      throw new BacklogError('LEASE_LOST', 'Another runner has taken the workspace meanwhile.', {
        details: { gitDir },
      });
    },
    async letGo() {
      const { taker: _taker, ...record } = noted;
      await note(record.state === 'preparing' ? { ...record, state: 'free' } : record);
    },
  };
}
