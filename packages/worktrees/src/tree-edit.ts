import { Buffer } from 'node:buffer';

/** One entry of a git tree, byte for byte. */
export interface RawEntry {
  readonly mode: string;
  readonly name: Buffer;
  readonly id: string;
}

export const DIRECTORY_MODE = '40000';

export function parseTree(bytes: Buffer): readonly RawEntry[] {
  const entries: RawEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const end = bytes.indexOf(0x00, space);
    const id = bytes.subarray(end + 1, end + 21);
    entries.push({
      mode: bytes.toString('latin1', at, space),
      name: bytes.subarray(space + 1, end),
      id: id.toString('hex'),
    });
    at = end + 21;
  }
  return entries;
}

export function serializeTree(entries: readonly RawEntry[]): Buffer {
  const sorted = [...entries].sort((left, right) => Buffer.compare(sortKey(left), sortKey(right)));
  return Buffer.concat(
    sorted.flatMap(({ mode, name, id }) => [Buffer.from(`${mode} `), name, Buffer.of(0), Buffer.from(id, 'hex')]),
  );
}

/** Git sorts a directory as if its name ended in a slash. */
function sortKey({ mode, name }: RawEntry): Buffer {
  return mode === DIRECTORY_MODE ? Buffer.concat([name, Buffer.from('/')]) : name;
}

export function findEntry(entries: readonly RawEntry[], name: string): RawEntry | undefined {
  const wanted = Buffer.from(name);
  return entries.find((entry) => entry.name.equals(wanted));
}

/** The entries with one more, or with the one of that name replaced. */
export function withEntry(entries: readonly RawEntry[], entry: RawEntry): readonly RawEntry[] {
  return [...entries.filter(({ name }) => !name.equals(entry.name)), entry];
}
