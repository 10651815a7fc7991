import { Buffer } from 'node:buffer';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Turns chunks of bytes into lines. A character that is split over two chunks is read whole. */
export interface LineSplitter {
  /** The lines that the chunk completes. */
  push(chunk: Buffer): string[];
  /** The last line, when it has no line end. */
  rest(): string[];
}

/** Of a line longer than `maxBytes` only that many are kept. */
export function lineSplitter(maxBytes: number): LineSplitter {
  let parts: Buffer[] = [];
  let length = 0;

  const keep = (part: Buffer) => {
    const kept = part.subarray(0, maxBytes - length);
    if (kept.length === 0) return;
    parts.push(kept);
    length += kept.length;
  };
  const take = () => {
    const line = Buffer.concat(parts, length);
    parts = [];
    length = 0;
    return line.subarray(0, line.at(-1) === CARRIAGE_RETURN ? -1 : undefined).toString('utf8');
  };

  return {
    push(chunk) {
      const lines: string[] = [];
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
        keep(chunk.subarray(start, end));
        lines.push(take());
        start = end + 1;
      }
      keep(chunk.subarray(start));
      return lines;
    },
    rest: () => (length === 0 ? [] : [take()]),
  };
}
