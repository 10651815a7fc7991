import { Buffer } from 'node:buffer';
import { type BigIntStats, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { type IndexEntry, indexEntries } from './index-entries.ts';
import type { WorkingCopy } from './working-copy.ts';

// What git would be asked for, read in this process: for few files that costs a tenth of starting one. Whoever gets no
// answer here asks git.

/** Git looks at more files than these with several threads, and is faster then. */
const MOST_ENTRIES = 2000;

/** Something in a working tree that its index does not know. */
export interface Outside {
  /** From the top of the repository, a character for each byte. A directory ends in a slash; what is in it is not told. */
  readonly path: string;
  readonly ctimeNs: bigint;
}

/** What the index of a working copy holds. Undefined when it is in no form that is known here. */
export function wholeIndex({ indexFile }: Pick<WorkingCopy, 'indexFile'>): readonly IndexEntry[] | undefined {
  return orUnknown(() => indexEntries(readFileSync(indexFile)));
}

/** The same. Undefined also when it is much. */
export function smallIndex(copy: Pick<WorkingCopy, 'indexFile'>): readonly IndexEntry[] | undefined {
  const entries = wholeIndex(copy);
  return entries && entries.length <= MOST_ENTRIES ? entries : undefined;
}

/** Everything that is not in the index, ignored or not. Undefined when it cannot be seen. */
export function outsideIndex(
  { checkout }: Pick<WorkingCopy, 'checkout'>,
  entries: readonly IndexEntry[],
): readonly Outside[] | undefined {
  const files = new Set(entries.map(({ path }) => path));
  const directories = directoriesOf(entries);
  const outside: Outside[] = [];
  const pending = [''];
  return orUnknown(() => {
    for (const place of pending) {
      for (const entry of readdirSync(at(checkout.directory, place), AS_BYTES)) {
        const path = `${place}${entry.name}`;
        if (files.has(path) || path === '.git') continue;
        if (entry.isDirectory() && directories.has(path)) pending.push(`${path}/`);
        else outside.push(outsideAt(checkout.directory, entry.isDirectory() ? `${path}/` : path));
      }
    }
    return outside;
  });
}

/** What is beside the files of a small index. */
export function besideIndex(copy: Pick<WorkingCopy, 'indexFile' | 'checkout'>): readonly Outside[] | undefined {
  const entries = smallIndex(copy);
  return entries && outsideIndex(copy, entries);
}

/**
 * Whether every file still is what git last saw there, and nothing else came, went or changed since `outside` was looked
 * at. False also when that cannot be told. A file that comes into an empty directory of an empty directory is not seen.
 */
export function isUntouched(copy: WorkingCopy, outside: readonly Outside[]): boolean {
  const entries = smallIndex(copy);
  const { directory } = copy.checkout;
  const isSame = orUnknown(() => {
    // Git itself does not trust a file that is not older than the index.
    const { mtimeNs } = lstatSync(copy.indexFile, { bigint: true });
    return entries?.every((entry) => entry.stamp.mtimeNs < mtimeNs && isAsSeen(directory, entry));
  });
  if (!entries || !isSame) return false;
  const now = outsideIndex(copy, entries);
  return now !== undefined && textOf(now) === textOf(outside);
}

function isAsSeen(directory: string, { path, mode, stamp, isPlain }: IndexEntry): boolean {
  const stats = lstatSync(at(directory, path), { bigint: true });
  return (
    isPlain &&
    modeOf(stats) === mode &&
    stats.mtimeNs === stamp.mtimeNs &&
    stats.ctimeNs === stamp.ctimeNs &&
    Number(BigInt.asUintN(32, stats.ino)) === stamp.ino &&
    Number(BigInt.asUintN(32, stats.size)) === stamp.size
  );
}

function modeOf(stats: BigIntStats): number | undefined {
  if (stats.isSymbolicLink()) return 0o120000;
  if (!stats.isFile()) return undefined;
  return (stats.mode & 0o100n) === 0n ? 0o100644 : 0o100755;
}

function outsideAt(directory: string, path: string): Outside {
  const name = path.endsWith('/') ? path.slice(0, -1) : path;
  return { path, ctimeNs: lstatSync(at(directory, name), { bigint: true }).ctimeNs };
}

function textOf(outside: readonly Outside[]): string {
  return outside
    .map(({ path, ctimeNs }) => `${path}\0${ctimeNs}`)
    .sort()
    .join('\0\0');
}

/** As a string where that names the same bytes: most names, and half the price. */
function at(directory: string, path: string): Buffer | string {
  if (!/[\x80-\xff]/.test(path)) return `${directory}/${path}`;
  return Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(path, 'latin1')]);
}

/** A character for each byte. */
const AS_BYTES = { withFileTypes: true, encoding: 'latin1' } as const;

function directoriesOf(entries: readonly IndexEntry[]): ReadonlySet<string> {
  const directories = new Set<string>();
  for (const { path } of entries) {
    let end = path.lastIndexOf('/');
    while (end > 0 && !directories.has(path.slice(0, end))) {
      directories.add(path.slice(0, end));
      end = path.lastIndexOf('/', end - 1);
    }
  }
  return directories;
}

/** A file may go away while it is looked at, or belong to somebody else. */
function orUnknown<Answer>(look: () => Answer | undefined): Answer | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
