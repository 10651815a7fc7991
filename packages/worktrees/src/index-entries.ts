import type { Buffer } from 'node:buffer';

/** One file as an index of git has it. */
export interface IndexEntry {
  /** From the top of the repository, a character for each byte. */
  readonly path: string;
  /** As in a tree: `0o100644`. */
  readonly mode: number;
  /** The object's name, in hexadecimal. */
  readonly id: string;
  /** What the file was when git last looked: times in nanoseconds, the others modulo 2^32. */
  readonly stamp: { readonly mtimeNs: bigint; readonly ctimeNs: bigint; readonly ino: number; readonly size: number };
  /** Neither a side of a conflict nor anything that git treats in a way of its own. */
  readonly isPlain: boolean;
}

const HEADER = 12;
const INO_AT = 20;
const MODE_AT = 24;
const SIZE_AT = 36;
const ID_AT = 40;
/** Times, numbers, mode and size are 40 bytes; an object name of SHA-1 and the flags follow. */
const FLAGS_AT = 60;
const EXTENDED = 0x4000;
const STAGE = 0x3000;
export const GITLINK = 0o160000;

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
    entries.push({
      path: index.toString('latin1', pathAt, end),
      mode: index.readUInt32BE(at + MODE_AT),
      id: index.toString('hex', at + ID_AT, at + FLAGS_AT),
      stamp: {
        ctimeNs: nanoseconds(index, at),
        mtimeNs: nanoseconds(index, at + 8),
        ino: index.readUInt32BE(at + INO_AT),
        size: index.readUInt32BE(at + SIZE_AT),
      },
      isPlain: (flags & (EXTENDED | STAGE)) === 0,
    });
    // Entries are padded with one to eight zeros.
    at += Math.ceil((end + 1 - at) / 8) * 8;
  }
  return entries;
}

function nanoseconds(index: Buffer, at: number): bigint {
  return BigInt(index.readUInt32BE(at)) * 1_000_000_000n + BigInt(index.readUInt32BE(at + 4));
}
