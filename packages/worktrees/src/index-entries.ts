import type { Buffer } from 'node:buffer';

export interface IndexEntry {
  /** From the top of the repository, a character for each byte. */
  readonly path: string;
  readonly isLink: boolean;
}

const HEADER = 12;
const MODE_AT = 24;
/** Times, numbers, mode and size are 40 bytes; an object name of SHA-1 and the flags follow. */
const FLAGS_AT = 60;
const EXTENDED = 0x4000;
const GITLINK = 0o160000;

/** What an index of git holds, of the versions that keep whole paths. Undefined when it is none of those. */
export function indexEntries(index: Buffer): readonly IndexEntry[] | undefined {
  if (index.length < HEADER || index.toString('latin1', 0, 4) !== 'DIRC') return undefined;
  const version = index.readUInt32BE(4);
  if (version !== 2 && version !== 3) return undefined;
  const entries: IndexEntry[] = [];
  let at = HEADER;
  for (let left = index.readUInt32BE(8); left > 0; left -= 1) {
    const flags = index.readUInt16BE(at + FLAGS_AT);
    const pathAt = at + FLAGS_AT + ((flags & EXTENDED) === 0 ? 2 : 4);
    const end = index.indexOf(0, pathAt);
    if (end < 0) return undefined;
    const isLink = index.readUInt32BE(at + MODE_AT) === GITLINK;
    entries.push({ path: index.toString('latin1', pathAt, end), isLink });
    // Entries are padded with one to eight zeros.
    at += Math.ceil((end + 1 - at) / 8) * 8;
  }
  return entries;
}
