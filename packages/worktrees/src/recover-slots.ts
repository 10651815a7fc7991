import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { type RecoveredWork, resource } from '@backlog-runner/contracts';
import { adopt } from './adopt.ts';
import type { FormerUsers } from './former-users.ts';
import type { Checkout, Repository } from './repository.ts';
import { findGitDir, mendSlot } from './slot.ts';
import { readSlotRecord, type SlotRecord, writeSlotRecord } from './slot-record.ts';
import { slotCopy } from './slot-workspace.ts';
import { type SlotLeases, take } from './take-slot.ts';

/** Retains what is in slots that were open and that nobody holds any more, and frees them. */
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
    const checkout = { directory: join(directory, name), gitDir: await findGitDir(repository, join(directory, name)) };
    const record = checkout.gitDir === undefined ? undefined : await readSlotRecord(checkout.gitDir);
    if (!isUnretained(record) || !(await users.areGone(record))) continue;
    const lease = await take(slots, resource.workspace(name));
    if (!lease) continue;
    try {
      const work = await recoverSlot({ repository, pool: directory, name }, checkout as Checkout, users);
      if (work) recovered.push(work);
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
): Promise<RecoveredWork | undefined> {
  // Read again: whoever had the slot until now may have closed it properly.
  const record = await readSlotRecord(checkout.gitDir);
  if (!isUnretained(record)) return undefined;
  await users.end(record);
  await mendSlot(place, checkout);
  const retained = await adopt(slotCopy(place, checkout, record.copied), record);
  await writeSlotRecord(checkout.gitDir, { ...record, state: 'free' });
  return retained && { attempt: record.attempt, base: record.base, retained };
}

function isUnretained(record: SlotRecord | undefined): record is SlotRecord {
  return record?.state === 'open' || record?.state === 'left';
}
