import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BacklogError, type System } from '@backlog-runner/contracts';
import { STATE_NAME } from './find-project.ts';

export const REPORT_NAME = 'backlog.md';

/** Another writer may remove a draft; that it does so this often has another cause. */
const MOST_TRIES = 20;

/**
 * Makes `backlog.md` this text, in one step for whoever reads it. Tells whether that changed anything. Drafts are where
 * git does not see them; those of writers that died are removed by the next, and one that lives writes its own again.
 */
export async function writeReport(directory: string, text: string, system: System): Promise<boolean> {
  const target = join(directory, REPORT_NAME);
  const before = await readFile(target, 'utf8').catch(() => undefined);
  if (before === text) return false;
  const drafts = join(directory, STATE_NAME, 'report');
  const draft = join(drafts, `${system.token(10)}.md`);
  try {
    for (let tries = 1; ; tries += 1) {
      await mkdir(drafts, { recursive: true });
      await writeFile(draft, text);
      if (await moved(draft, target, tries === MOST_TRIES)) break;
    }
    for (const left of await readdir(drafts)) await rm(join(drafts, left), { force: true });
  } catch (error) {
    await rm(draft, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new BacklogError('STORAGE_FAILED', `${target} could not be written: ${reason}`, {
      hint: 'Check the permissions of the directory and the space on the disk.',
      details: { path: target },
      cause: error,
    });
  }
  return true;
}

async function moved(draft: string, target: string, isLastTry: boolean): Promise<boolean> {
  try {
    await rename(draft, target);
    return true;
  } catch (error) {
    if (!isLastTry && error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
