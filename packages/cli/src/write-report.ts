import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BacklogError, type System, storageHint } from '@backlog-runner/contracts';
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
  if (textOf(target) === text) return false;
  const drafts = join(directory, STATE_NAME, 'report');
  const draft = join(drafts, `${system.token(10)}.md`);
  try {
    for (let tries = 1; ; tries += 1) {
      mkdirSync(drafts, { recursive: true });
      writeFileSync(draft, text);
      if (moved(draft, target, tries === MOST_TRIES)) break;
    }
    for (const left of readdirSync(drafts)) rmSync(join(drafts, left), { force: true });
  } catch (error) {
    rmSync(draft, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new BacklogError('STORAGE_FAILED', `${target} could not be written: ${reason}`, {
      hint: storageHint(error) ?? 'Check the permissions of the directory and the space on the disk.',
      details: { path: target },
      cause: error,
    });
  }
  return true;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function moved(draft: string, target: string, isLastTry: boolean): boolean {
  try {
    renameSync(draft, target);
    return true;
  } catch (error) {
    if (!isLastTry && error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
