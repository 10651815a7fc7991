import { lstatOf } from './refuse-links.ts';

/** What changes whenever the content of a file changes, but for two changes within one tick of the clock. */
export interface FileStamp {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

export function stampOf(path: string): FileStamp | undefined {
  const stats = lstatOf(path);
  if (!stats) return undefined;
  const { size, mtimeMs, ctimeMs, ino } = stats;
  return { size, mtimeMs, ctimeMs, ino };
}

export function sameStamp(left: FileStamp, right: FileStamp): boolean {
  return (
    left.size === right.size &&
    left.mtimeMs === right.mtimeMs &&
    left.ctimeMs === right.ctimeMs &&
    left.ino === right.ino
  );
}

/** The stamps of many files as bare numbers: ten thousand objects would keep the garbage collector busy. */
export interface FileStamps {
  push(stamp: FileStamp): void;
  at(place: number): FileStamp;
  /** Whether it is the one in this place. */
  holds(place: number, stamp: FileStamp): boolean;
  /** Whether the one in this place is what `numbers` holds from `start` on, in the order of {@link numbersOf}. */
  isSame(place: number, numbers: ArrayLike<number>, start: number): boolean;
}

/** How many numbers a stamp is. */
export const STAMP_LENGTH = 4;

export function numbersOf({ size, mtimeMs, ctimeMs, ino }: FileStamp): readonly number[] {
  return [size, mtimeMs, ctimeMs, ino];
}

export function stampIn(numbers: ArrayLike<number>, start: number): FileStamp {
  const number = (offset: number) => numbers[start + offset] ?? Number.NaN;
  return { size: number(0), mtimeMs: number(1), ctimeMs: number(2), ino: number(3) };
}

export function createStamps(): FileStamps {
  let known = new Float64Array(STAMP_LENGTH * 1024);
  let end = 0;
  return {
    push({ size, mtimeMs, ctimeMs, ino }) {
      if (end === known.length) {
        const larger = new Float64Array(2 * end);
        larger.set(known);
        known = larger;
      }
      known[end] = size;
      known[end + 1] = mtimeMs;
      known[end + 2] = ctimeMs;
      known[end + 3] = ino;
      end += STAMP_LENGTH;
    },
    at: (place) => stampIn(known, place * STAMP_LENGTH),
    holds(place, { size, mtimeMs, ctimeMs, ino }) {
      const own = place * STAMP_LENGTH;
      return known[own] === size && known[own + 1] === mtimeMs && known[own + 2] === ctimeMs && known[own + 3] === ino;
    },
    isSame(place, numbers, start) {
      const own = place * STAMP_LENGTH;
      return (
        known[own] === numbers[start] &&
        known[own + 1] === numbers[start + 1] &&
        known[own + 2] === numbers[start + 2] &&
        known[own + 3] === numbers[start + 3]
      );
    },
  };
}
