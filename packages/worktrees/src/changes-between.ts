import { Buffer } from 'node:buffer';
import type { TreeChange } from './change-set.ts';
import { DIRECTORY_MODE, type RawEntry } from './tree-edit.ts';

type ReadTree = (id: string) => Promise<readonly RawEntry[]>;

const NOTHING: readonly RawEntry[] = [];
const NO_MODE = '000000';
const NO_ID = '0'.repeat(40);

/** What `git diff-tree -r --no-renames` tells of two trees, read with `readTree`: only what differs is read. */
export async function changesBetween(readTree: ReadTree, from: string, to: string): Promise<readonly TreeChange[]> {
  const changes: TreeChange[] = [];
  await compare(readTree, { before: await readTree(from), after: await readTree(to), directory: '' }, changes);
  return changes.sort((left, right) => Buffer.compare(left.path, right.path));
}

interface Level {
  readonly before: readonly RawEntry[];
  readonly after: readonly RawEntry[];
  /** Ends in a slash, or is empty. As latin1, which keeps every byte. */
  readonly directory: string;
}

async function compare(readTree: ReadTree, { before, after, directory }: Level, changes: TreeChange[]): Promise<void> {
  const [old, now] = [byName(before), byName(after)];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [left, right] = [old.get(name), now.get(name)];
    if (left?.id === right?.id && left?.mode === right?.mode) continue;
    const path = `${directory}${name}`;
    const file = fileChange(path, asFile(left), asFile(right));
    if (file) changes.push(file);
    const [below, belowNow] = [await entriesOf(readTree, left), await entriesOf(readTree, right)];
    if (below === belowNow) continue;
    await compare(readTree, { before: below, after: belowNow, directory: `${path}/` }, changes);
  }
}

function byName(entries: readonly RawEntry[]): ReadonlyMap<string, RawEntry> {
  return new Map(entries.map((entry) => [entry.name.toString('latin1'), entry]));
}

function asFile(entry: RawEntry | undefined): RawEntry | undefined {
  return entry?.mode === DIRECTORY_MODE ? undefined : entry;
}

async function entriesOf(readTree: ReadTree, entry: RawEntry | undefined): Promise<readonly RawEntry[]> {
  return entry?.mode === DIRECTORY_MODE ? readTree(entry.id) : NOTHING;
}

function fileChange(path: string, old: RawEntry | undefined, now: RawEntry | undefined): TreeChange | undefined {
  if (!old && !now) return undefined;
  return {
    path: Buffer.from(path, 'latin1'),
    change: !old ? 'added' : !now ? 'deleted' : 'modified',
    oldMode: old?.mode ?? NO_MODE,
    newMode: now?.mode ?? NO_MODE,
    newId: now?.id ?? NO_ID,
  };
}
