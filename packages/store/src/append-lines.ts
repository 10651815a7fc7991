import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { storing } from './storage.ts';

/**
 * Appends whole lines to a file, which is made when it is missing, and to the disk. Begins a line of its own also after one that was torn, and appends
 * again when somebody moved the file away meanwhile. Follows no symbolic link.
 */
export function appendLines(file: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const text = lines.map((line) => `${line}\n`).join('');
  storing('written', file, () => {
    mkdirSync(dirname(file), { recursive: true });
    while (!appendOnce(file, text));
  });
}

const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW = 0 } = constants;

/** False when the file that was written to is no longer the one by this name. */
function appendOnce(file: string, text: string): boolean {
  const descriptor = openSync(file, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o666);
  try {
    const { size, ino } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    const torn = size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== LINE_BREAK;
    writeFileSync(descriptor, torn ? `\n${text}` : text);
    fsyncSync(descriptor);
    return lstatSync(file, { throwIfNoEntry: false })?.ino === ino;
  } finally {
    closeSync(descriptor);
  }
}

const LINE_BREAK = 0x0a;
