import { isAscii } from 'node:buffer';

/*
 * A section of the index holds rows of numbers and columns of texts, in a form that is taken apart without looking at
 * each character:
 *
 *   checksum of the rest · how many numbers · how many bytes of texts · the numbers · the texts
 *
 * The texts are separated by the signs ASCII has for it. Numbers are as this machine holds them; an index never leaves it.
 */

export interface Section {
  readonly numbers: ArrayLike<number>;
  /** One of the columns, by its place; each is as long as there are rows. Taken apart when it is first asked for. */
  column(place: number): readonly string[];
}

/** What a section is made from. */
export interface SectionContent {
  readonly numbers: ArrayLike<number>;
  readonly columns: readonly (readonly string[])[];
}

const BETWEEN_COLUMNS = '\x1d';
const BETWEEN_ROWS = '\x1e';
const BETWEEN_ITEMS = '\x1f';
/** Stands for a text that is not there and for a list of nothing. */
const ABSENT = '\x1c';
const SIGNS = [ABSENT, BETWEEN_COLUMNS, BETWEEN_ROWS, BETWEEN_ITEMS];
const NOTHING: readonly string[] = [];

const WIDTH = Float64Array.BYTES_PER_ELEMENT;
/** How many bytes tell how long a section is. */
export const SECTION_HEADER: number = 3 * WIDTH;

/** Whether a text would be read back as it is: it has no sign of ours and no half of a character. */
export function canBeKept(text: string): boolean {
  return !SIGNS.some((sign) => text.includes(sign)) && !/\p{Cs}/u.test(text);
}

export function optionalCell(text: string | undefined): string {
  return text ?? ABSENT;
}

export function listCell(items: readonly string[]): string {
  return items.length === 0 ? ABSENT : items.join(BETWEEN_ITEMS);
}

export function optionalIn(cell: string): string | undefined {
  return cell === ABSENT ? undefined : cell;
}

export function listIn(cell: string): readonly string[] {
  if (cell === ABSENT) return NOTHING;
  return cell.includes(BETWEEN_ITEMS) ? cell.split(BETWEEN_ITEMS) : [cell];
}

export function encodeSection({ numbers, columns }: SectionContent): Buffer {
  const texts = Buffer.from(columns.map((column) => column.join(BETWEEN_ROWS)).join(BETWEEN_COLUMNS));
  const content = Buffer.concat([bytesOf([numbers.length, texts.length]), bytesOf(numbers), texts]);
  return Buffer.concat([bytesOf([checksumOf(content)]), content]);
}

/** The length of the section that begins with this header, in bytes. */
export function sectionLength(header: Buffer): number {
  const [, numbers = 0, bytes = 0] = numbersIn(header.subarray(0, SECTION_HEADER));
  return SECTION_HEADER + numbers * WIDTH + bytes;
}

/** Throws when these bytes are not exactly one undamaged section. */
export function decodeSection(bytes: Buffer): Section {
  const [checksum, count = 0] = numbersIn(bytes.subarray(0, SECTION_HEADER));
  if (sectionLength(bytes) !== bytes.length || checksum !== checksumOf(bytes.subarray(WIDTH))) {
    throw new Error('The index is damaged.');
  }
  const end = SECTION_HEADER + count * WIDTH;
  const texts = bytes.subarray(end);
  const joined = texts.toString(isAscii(texts) ? 'latin1' : 'utf8').split(BETWEEN_COLUMNS);
  const columns: (readonly string[])[] = [];
  return {
    numbers: numbersIn(bytes.subarray(SECTION_HEADER, end)),
    column(place) {
      columns[place] ??= joined[place]?.split(BETWEEN_ROWS) ?? NOTHING;
      return columns[place];
    },
  };
}

/** Tells damage, not malice. The one of `node:zlib` would take longer to load than to compute. */
function checksumOf(bytes: Uint8Array): number {
  const aligned = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  aligned.set(bytes);
  const words = new Uint32Array(aligned.buffer);
  let sum = bytes.length;
  // Five times faster than with `of`, before the compiler has had a look at it.
  for (let at = 0; at < words.length; at += 1) sum = Math.imul(sum ^ (words[at] ?? 0), FNV_PRIME);
  return sum >>> 0;
}

const FNV_PRIME = 0x01000193;

function bytesOf(numbers: ArrayLike<number>): Buffer {
  return Buffer.from(Float64Array.from(numbers).buffer);
}

function numbersIn(bytes: Buffer): Float64Array {
  const numbers = new Float64Array(Math.floor(bytes.length / WIDTH));
  new Uint8Array(numbers.buffer).set(bytes.subarray(0, numbers.byteLength));
  return numbers;
}
