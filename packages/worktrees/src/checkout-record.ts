import { join } from 'node:path';
import type { AttemptId, CommitId } from '@backlog-runner/contracts';
import { readFile, rename, rm, writeFile } from './small-files.ts';

/** How the user's checkout was before an attempt began to work in it. It is on disk exactly as long as it is not so again. */
export interface CheckoutRecord {
  readonly attempt: AttemptId;
  /** What the checkout showed, and what the attempt's changes are counted against now. */
  readonly shown: CommitId;
  readonly base: CommitId;
  /** The branch it was on. Absent: none. */
  readonly head?: string;
}

const NAME = 'backlog-runner-checkout.json';

export async function readCheckoutRecord(gitDir: string): Promise<CheckoutRecord | undefined> {
  const text = await readFile(join(gitDir, NAME), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as CheckoutRecord);
}

export async function writeCheckoutRecord(gitDir: string, record: CheckoutRecord): Promise<void> {
  const path = join(gitDir, NAME);
  await writeFile(`${path}.new`, JSON.stringify(record));
  await rename(`${path}.new`, path);
}

export async function removeCheckoutRecord(gitDir: string): Promise<void> {
  await rm(join(gitDir, NAME), { force: true });
}
