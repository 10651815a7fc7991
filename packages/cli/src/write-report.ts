import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BacklogError, type System } from '@backlog-runner/contracts';

export const REPORT_NAME = 'backlog.md';

/** Makes `backlog.md` this text, in one step for whoever reads it. Tells whether that changed anything. */
export async function writeReport(directory: string, text: string, system: System): Promise<boolean> {
  const target = join(directory, REPORT_NAME);
  const before = await readFile(target, 'utf8').catch(() => undefined);
  if (before === text) return false;
  const aside = join(directory, `.${REPORT_NAME}.${system.token(10)}.tmp`);
  try {
    await writeFile(aside, text, { flag: 'wx' });
    await rename(aside, target);
  } catch (error) {
    await rm(aside, { force: true });
    throw new BacklogError('STORAGE_FAILED', `${target} could not be written.`, {
      hint: 'Check the permissions of the directory and the space on the disk.',
      details: { path: target },
      cause: error,
    });
  }
  return true;
}
