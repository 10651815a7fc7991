import { Buffer } from 'node:buffer';

/** Joining this many pieces at once keeps output that arrives byte by byte cheap. */
const MANY = 256;

/** The end of an output of any length. */
export interface OutputTail {
  push(chunk: Buffer): void;
  text(): string;
  /** Whether more came than is kept. */
  truncated(): boolean;
}

export function outputTail(maxBytes: number): OutputTail {
  let chunks: Buffer[] = [];
  let kept = 0;
  let received = 0;

  const compact = () => {
    const all = Buffer.concat(chunks);
    const end = all.subarray(Math.max(0, all.length - maxBytes));
    chunks = [end];
    kept = end.length;
    return end;
  };
  return {
    push(chunk) {
      received += chunk.length;
      kept += chunk.length;
      chunks.push(chunk);
      if (chunks.length >= MANY || kept > 2 * maxBytes) compact();
    },
    text() {
      const end = compact();
      return end.subarray(received > maxBytes ? firstCharacter(end) : 0).toString('utf8');
    },
    truncated: () => received > maxBytes,
  };
}

/** Where the first whole character starts, in bytes that may begin in the middle of one. */
function firstCharacter(bytes: Buffer): number {
  const isContinuation = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80;
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start += 1;
  return start;
}
