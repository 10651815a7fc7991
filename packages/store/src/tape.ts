import { isAscii } from 'node:buffer';
import { crc32 } from 'node:zlib';

/*
 * A tape holds numbers and texts, read back in the order in which they were put. All numbers come first, then all texts
 * without anything between them, so that reading parses nothing and copies no text.
 *
 *   checksum of the rest · how many numbers · how many bytes of texts · the numbers · the texts
 *
 * Numbers are as this machine holds them: a tape never leaves it.
 */

export interface TapeWriter {
  number(value: number): void;
  text(value: string): void;
  optional(value: string | undefined): void;
  list(values: readonly string[]): void;
  /** Its place among the choices. */
  choice<T>(choices: readonly T[], value: T): void;
  finish(): Buffer;
}

export interface TapeReader {
  number(): number;
  text(): string;
  optional(): string | undefined;
  list(): readonly string[];
  choice<T>(choices: readonly T[]): T;
}

const WIDTH = Float64Array.BYTES_PER_ELEMENT;
/** How many bytes tell how long a tape is. */
export const TAPE_HEADER: number = 3 * WIDTH;
/** The length of a text that is not there. */
const ABSENT = -1;
const NOTHING: readonly string[] = [];

export function tapeWriter(): TapeWriter {
  const numbers: number[] = [];
  const texts: string[] = [];
  const text = (value: string) => {
    numbers.push(value.length);
    texts.push(value);
  };
  return {
    number: (value) => void numbers.push(value),
    text,
    optional: (value) => (value === undefined ? void numbers.push(ABSENT) : text(value)),
    list(values) {
      numbers.push(values.length);
      values.forEach(text);
    },
    choice: (choices, value) => void numbers.push(choices.indexOf(value)),
    finish() {
      const written = Buffer.from(texts.join(''));
      const content = Buffer.concat([bytesOf([numbers.length, written.length]), bytesOf(numbers), written]);
      return Buffer.concat([bytesOf([crc32(content)]), content]);
    },
  };
}

/** The length of the tape that begins with this header, in bytes. */
export function tapeLength(header: Buffer): number {
  const [, numbers = 0, bytes = 0] = numbersIn(header.subarray(0, TAPE_HEADER));
  return TAPE_HEADER + numbers * WIDTH + bytes;
}

/** Throws when these bytes are not exactly one undamaged tape. */
export function tapeReader(bytes: Buffer): TapeReader {
  const [checksum, count = 0] = numbersIn(bytes.subarray(0, TAPE_HEADER));
  if (tapeLength(bytes) !== bytes.length || checksum !== crc32(bytes.subarray(WIDTH))) {
    throw new Error('The tape is damaged.');
  }
  const end = TAPE_HEADER + count * WIDTH;
  const numbers = numbersIn(bytes.subarray(TAPE_HEADER, end));
  const written = bytes.subarray(end);
  const texts = written.toString(isAscii(written) ? 'latin1' : 'utf8');
  let next = 0;
  let at = 0;
  const number = (): number => {
    const value = numbers[next];
    if (value === undefined) throw new Error('The tape is at its end.');
    next += 1;
    return value;
  };
  const cut = (length: number): string => {
    at += length;
    return texts.slice(at - length, at);
  };
  return {
    number,
    text: () => cut(number()),
    optional() {
      const length = number();
      return length === ABSENT ? undefined : cut(length);
    },
    list() {
      const length = number();
      if (length === 0) return NOTHING;
      const values: string[] = [];
      for (let index = 0; index < length; index += 1) values.push(cut(number()));
      return values;
    },
    choice<T>(choices: readonly T[]) {
      const value = choices[number()];
      if (value === undefined) throw new Error('The tape names no such choice.');
      return value;
    },
  };
}

function bytesOf(numbers: readonly number[]): Buffer {
  return Buffer.from(Float64Array.from(numbers).buffer);
}

function numbersIn(bytes: Buffer): Float64Array {
  const numbers = new Float64Array(Math.floor(bytes.length / WIDTH));
  new Uint8Array(numbers.buffer).set(bytes.subarray(0, numbers.byteLength));
  return numbers;
}
