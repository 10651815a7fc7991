import { join } from 'node:path';
import type { AttemptId, CommitId, RunId } from '@backlog-runner/contracts';
import type { ProcessIdentity } from '@backlog-runner/subprocess';
import { type AlteredSetting, parseAltered } from './altered-settings.ts';
import { link, readdir, readFile, rename, rm, writeFile } from './small-files.ts';

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
  /** The process that has taken it since, and has not begun to prepare it. */
  readonly taker?: ProcessIdentity;
  readonly base: CommitId;
  /** When it was handed out, by the clock of the file system, in nanoseconds. */
  readonly since?: string;
  /** Files copied from the user's checkout, from the top of the repository: never part of an attempt. */
  readonly copied: readonly string[];
  /** For which lockfiles and install command its dependencies were installed. */
  readonly dependencies?: string;
  /** An install command is at work. */
  readonly installing?: true;
  /** What the last install command did to the hooks and settings of git, such as setting `core.hooksPath`. */
  readonly altered?: readonly AlteredSetting[];
}

/**
 * A record and its number. Whoever takes a slot adds the record of the next number, which only one can; of several the
 * last one counts. So whoever slept while another took the slot overwrites nothing.
 */
export interface NumberedRecord {
  /** 0: there is none. */
  readonly number: number;
  /** Undefined when there is none or it cannot be read. */
  readonly record: SlotRecord | undefined;
}

const NAME = /^backlog-runner\.(\d{1,15})\.json$/;
const DRAFT = /^backlog-runner\..*\.new$/;

export async function lastRecord(gitDir: string): Promise<NumberedRecord> {
  const number = Math.max(0, ...(await numbersIn(gitDir)));
  return { number, record: number === 0 ? undefined : await readRecord(gitDir, number) };
}

/** The record that counts. */
export async function readSlotRecord(gitDir: string): Promise<SlotRecord | undefined> {
  return (await lastRecord(gitDir)).record;
}

/** False when there is a record of this number already. Removes those before it, and what writers left that died. */
export async function addSlotRecord(
  gitDir: string,
  number: number,
  record: SlotRecord,
  token: string,
): Promise<boolean> {
  const path = pathOf(gitDir, number);
  const draft = `${path}.${token}.new`;
  try {
    await writeFile(draft, textOf(record));
    await link(draft, path);
  } catch (error) {
    // Whoever was faster may also have removed the draft.
    if (isCode(error, 'EEXIST') || isCode(error, 'ENOENT')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const others = (await namesIn(gitDir)).filter((name) => DRAFT.test(name) || (numberOf(name) ?? number) < number);
  for (const name of others) await rm(join(gitDir, name), { force: true });
  return true;
}

/** Replaces the record of a number, or brings back one that counts no more. */
export async function writeSlotRecord(gitDir: string, number: number, record: SlotRecord): Promise<void> {
  const path = pathOf(gitDir, number);
  await writeFile(`${path}.new`, textOf(record));
  await rename(`${path}.new`, path).catch((error) => {
    // Whoever took the slot meanwhile removed the draft.
    if (!isCode(error, 'ENOENT')) throw error;
  });
}

/** Whether somebody died while writing a record. */
export async function hasDraft(gitDir: string): Promise<boolean> {
  return (await namesIn(gitDir)).some((name) => DRAFT.test(name));
}

async function numbersIn(gitDir: string): Promise<readonly number[]> {
  return (await namesIn(gitDir)).flatMap((name) => numberOf(name) ?? []);
}

function namesIn(gitDir: string): Promise<readonly string[]> {
  return readdir(gitDir).catch(() => []);
}

function numberOf(name: string): number | undefined {
  const [, number] = NAME.exec(name) ?? [];
  return number === undefined ? undefined : Number(number);
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

async function readRecord(gitDir: string, number: number): Promise<SlotRecord | undefined> {
  try {
    return parse(JSON.parse(await readFile(pathOf(gitDir, number), 'utf8')));
  } catch {
    return undefined;
  }
}

function pathOf(gitDir: string, number: number): string {
  return join(gitDir, `backlog-runner.${number}.json`);
}

function textOf(record: SlotRecord): string {
  return `${JSON.stringify(record)}\n`;
}

function parse(value: unknown): SlotRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { state, attempt, run, runner, taker, base, since, copied, dependencies, installing } = value as Record<
    string,
    unknown
  >;
  const altered = 'altered' in value ? parseAltered(value.altered) : [];
  if (state !== 'preparing' && state !== 'open' && state !== 'left' && state !== 'free') return undefined;
  if (typeof attempt !== 'string' || typeof base !== 'string' || !Array.isArray(copied)) return undefined;
  return {
    state,
    attempt: attempt as AttemptId,
    ...(typeof run === 'string' ? { run: run as RunId } : {}),
    ...(isIdentity(runner) ? { runner } : {}),
    ...(isIdentity(taker) ? { taker } : {}),
    base: base as CommitId,
    ...(typeof since === 'string' && /^\d{1,20}$/.test(since) ? { since } : {}),
    copied: copied.filter((path) => typeof path === 'string'),
    ...(typeof dependencies === 'string' ? { dependencies } : {}),
    ...(installing === true ? { installing } : {}),
    ...(altered.length > 0 ? { altered } : {}),
  };
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, born } = value as Record<string, unknown>;
  return typeof pid === 'number' && typeof born === 'string';
}

const SLOT_FILES: ReadonlySet<string> = new Set(['HEAD', 'backlog-runner-index', 'commondir', 'gitdir', 'locked']);

/** Whether a file in a slot's git directory is ours or needed by git; an agent's own state is neither. */
export function isSlotFile(name: string): boolean {
  return SLOT_FILES.has(name) || NAME.test(name);
}

/** Whether the git directory of a worktree with these files in it is that of a slot. */
export function isSlot(names: Iterable<string>): boolean {
  return [...names].some((name) => NAME.test(name));
}
