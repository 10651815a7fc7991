import { Buffer } from 'node:buffer';
import { GITLINK, type IndexEntry } from './index-entries.ts';
import { objectName } from './loose-object.ts';
import { DIRECTORY_MODE, type RawEntry, serializeTree } from './tree-edit.ts';

/** A tree that is not written yet, with the directories in it. */
export interface PlannedTree {
  readonly id: string;
  readonly content: Buffer;
  readonly directories: ReadonlyMap<string, PlannedTree>;
}

const MODES: ReadonlySet<number> = new Set([0o100644, 0o100755, 0o120000, GITLINK]);

/** The tree that `git write-tree` makes of an index. Undefined when it holds more than plain files. */
export function treeOfIndex(entries: readonly IndexEntry[]): PlannedTree | undefined {
  if (!entries.every(({ isPlain, mode }) => isPlain && MODES.has(mode))) return undefined;
  return planned(entries, '');
}

/** `entries` are all files below `prefix`. */
function planned(entries: readonly IndexEntry[], prefix: string): PlannedTree {
  const files: RawEntry[] = [];
  const below = new Map<string, IndexEntry[]>();
  for (const entry of entries) {
    const slash = entry.path.indexOf('/', prefix.length);
    const name = entry.path.slice(prefix.length, slash < 0 ? undefined : slash);
    const inside = below.get(name);
    if (slash < 0) files.push({ mode: entry.mode.toString(8), name: Buffer.from(name, 'latin1'), id: entry.id });
    else if (inside) inside.push(entry);
    else below.set(name, [entry]);
  }
  const directories = new Map([...below].map(([name, inside]) => [name, planned(inside, `${prefix}${name}/`)]));
  const content = serializeTree([...files, ...[...directories].map(([name, { id }]) => directoryEntry(name, id))]);
  return { id: objectName('tree', content), content, directories };
}

function directoryEntry(name: string, id: string): RawEntry {
  return { mode: DIRECTORY_MODE, name: Buffer.from(name, 'latin1'), id };
}

export interface TreeStore {
  read(id: string): Promise<readonly RawEntry[]>;
  write(content: Buffer): Promise<string>;
}

/** Writes what `like`, a tree that is there, has not. */
export async function writePlanned(store: TreeStore, tree: PlannedTree, like: string | undefined): Promise<void> {
  if (tree.id === like) return;
  const known = like === undefined ? [] : await store.read(like);
  const before = new Map(known.map(({ mode, name, id }) => [name.toString('latin1'), { mode, id }]));
  for (const [name, directory] of tree.directories) {
    const there = before.get(name);
    await writePlanned(store, directory, there?.mode === DIRECTORY_MODE ? there.id : undefined);
  }
  await store.write(tree.content);
}
