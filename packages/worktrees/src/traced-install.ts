import { type AlteredSetting, alteredBetween, settingsOf } from './altered-settings.ts';
import { type InstallRequest, install } from './bootstrap.ts';
import type { SlotHold } from './slot-hold.ts';
import type { SlotRecord } from './slot-record.ts';

/**
 * Runs the install command and notes what it did to the hooks and settings of git, however it ends: that is the project's
 * own doing, and of no agent that is at work meanwhile.
 */
export async function tracedInstall(
  hold: SlotHold,
  preparing: SlotRecord,
  request: InstallRequest,
): Promise<readonly AlteredSetting[]> {
  const before = await settingsOf(request.repository);
  await hold.note({ ...preparing, installing: true });
  let altered: readonly AlteredSetting[] = [];
  try {
    await install(request);
  } finally {
    altered = alteredBetween(before, await settingsOf(request.repository));
    await hold.note({ ...preparing, altered });
  }
  return altered;
}
