import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptId, CommitId, RunId } from '@backlog-runner/contracts';
import type { ProcessIdentity } from '@backlog-runner/subprocess';

/** What a slot of the pool is used for, kept beside its index where no checkout shows it. */
export interface SlotRecord {
  /**
   * `preparing`: nothing of an attempt is in it yet. `open`: an attempt is at work, or was when its runner died.
   * `left`: its attempt is over, and may have left something that is not retained. `free`: all that was in it is.
   */
  readonly state: 'preparing' | 'open' | 'left' | 'free';
  readonly attempt: AttemptId;
  /** Whose attempt it is. */
  readonly run?: RunId;
  /** The process that works there, where the system tells. */
  readonly runner?: ProcessIdentity;
  readonly base: CommitId;
  /** Files copied from the user's checkout, from the top of the repository: never part of an attempt. */
  readonly copied: readonly string[];
  /** For which lockfiles and install command its dependencies were installed. */
  readonly dependencies?: string;
}

const NAME = 'backlog-runner.json';

/** Undefined when there is none or it cannot be read. */
export async function readSlotRecord(gitDir: string): Promise<SlotRecord | undefined> {
  try {
    return parse(JSON.parse(await readFile(join(gitDir, NAME), 'utf8')));
  } catch {
    return undefined;
  }
}

export async function writeSlotRecord(gitDir: string, record: SlotRecord): Promise<void> {
  const path = join(gitDir, NAME);
  await writeFile(`${path}.new`, `${JSON.stringify(record)}\n`);
  await rename(`${path}.new`, path);
}

function parse(value: unknown): SlotRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { state, attempt, run, runner, base, copied, dependencies } = value as Record<string, unknown>;
  if (state !== 'preparing' && state !== 'open' && state !== 'left' && state !== 'free') return undefined;
  if (typeof attempt !== 'string' || typeof base !== 'string' || !Array.isArray(copied)) return undefined;
  return {
    state,
    attempt: attempt as AttemptId,
    ...(typeof run === 'string' ? { run: run as RunId } : {}),
    ...(isIdentity(runner) ? { runner } : {}),
    base: base as CommitId,
    copied: copied.filter((path) => typeof path === 'string'),
    ...(typeof dependencies === 'string' ? { dependencies } : {}),
  };
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, born } = value as Record<string, unknown>;
  return typeof pid === 'number' && typeof born === 'string';
}

/** Files in a slot's git directory that are ours or that git needs; an agent's own state is not among them. */
export const SLOT_FILES: ReadonlySet<string> = new Set([
  NAME,
  'HEAD',
  'backlog-runner-index',
  'commondir',
  'gitdir',
  'locked',
]);
