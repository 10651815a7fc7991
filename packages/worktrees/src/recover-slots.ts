import { join } from 'node:path';
import { isBacklogError, type RecoveredWork, resource } from '@backlog-runner/contracts';
import { adopt } from './adopt.ts';
import type { FormerUsers } from './former-users.ts';
import type { Checkout, Repository } from './repository.ts';
import { findGitDir, mendSlot } from './slot.ts';
import { holdSlot } from './slot-hold.ts';
import { hasDraft, readSlotRecord, type SlotRecord } from './slot-record.ts';
import { slotCopy } from './slot-workspace.ts';
import { readdir, realpath } from './small-files.ts';
import { type SlotLeases, take } from './take-slot.ts';

/** Retains what is in slots that were open and that nobody holds any more, and frees them. Removes what died writers left. */
export async function recoverSlots(
  repository: Repository,
  pool: string,
  slots: SlotLeases,
  users: FormerUsers,
): Promise<readonly RecoveredWork[]> {
  const recovered: RecoveredWork[] = [];
  const directory = await realpath(pool).catch(() => pool);
  const names = (await readdir(directory).catch(() => [])).filter((name) => /^w\d+$/.test(name));
  for (const name of names) {
    const path = join(directory, name);
    const gitDir = await findGitDir(repository, path);
    const record = gitDir === undefined ? undefined : await readSlotRecord(gitDir);
    if (gitDir === undefined || !record || !(await users.areGone(record))) continue;
    if (record.state === 'free' && !(await hasDraft(gitDir))) continue;
    const lease = await take(slots, resource.workspace(name));
    if (!lease) continue;
    try {
      const work = await recoverSlot({ repository, pool: directory, name }, { directory: path, gitDir }, users, record);
      if (work) recovered.push(work);
    } catch (error) {
      // Somebody else recovers it, or has done so.
      if (!isBacklogError(error, 'LEASE_LOST')) throw error;
    } finally {
      await lease.end();
    }
  }
  return recovered;
}

async function recoverSlot(
  place: { repository: Repository; pool: string; name: string },
  checkout: Checkout,
  users: FormerUsers,
  blank: SlotRecord,
): Promise<RecoveredWork | undefined> {
  const { gitDir } = checkout;
  const hold = await holdSlot({ gitDir, users, blank, system: place.repository.system });
  if (!hold) return undefined;
  try {
    // As it is now: whoever had the slot until then may have closed it properly.
    const record = hold.before;
    if (!record || record.state === 'free') return undefined;
    await users.end(record);
    await hold.check();
    await mendSlot(place, checkout);
    const retained = await adopt(slotCopy(place, checkout, record), record);
    await hold.note({ ...record, state: 'free' });
    return retained && { attempt: record.attempt, base: record.base, retained };
  } finally {
    await hold.letGo();
  }
}
