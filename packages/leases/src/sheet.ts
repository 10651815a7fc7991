import { closeSync, constants, linkSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './storage-failed.ts';

/**
 * The file that one process writes its tables to, one a line. To make a file costs far more than to write or to link
 * one, so each further table of a segment is one more line and one more name of the same file: whoever reads a table
 * looks for the line with its number. Lines are only ever added, by this process alone, so a table that has a name stays
 * as it is. The line of one that did not get its name stays too, but nobody looks for it here: its number is the name of
 * another file.
 */
export interface Sheet {
  /** False when there was no file to write to in this directory; now there is one, so that publishing takes little time. */
  ready(home: string): boolean;
  /** Writes a line and gives the file this name. False when another file has that name, or a directory is gone. */
  publish(line: string, path: string, flush?: (path: string) => void): boolean;
  /** Removes a file that was given no name yet. */
  discard(): void;
}

interface SheetFile {
  readonly home: string;
  /** One of its names: that of its newest table, or one of its own before it holds any. */
  readonly path: string;
  readonly isNamed: boolean;
  readonly length: number;
}

/** A longer file costs its readers more than a new one costs its writer. */
const LONGEST = 16_384;

/** `name` is asked for only when a file is made. */
export function newSheet(name: () => string): Sheet {
  let file: SheetFile | undefined;
  const discard = () => {
    if (!file || file.isNamed) return;
    rmSync(file.path, { force: true });
    file = undefined;
  };
  const beginAnew = () => {
    discard();
    file = undefined;
  };
  const publishOn = (from: SheetFile, line: string, path: string, flush?: (path: string) => void): boolean => {
    const isWritten = tolerant(() => {
      append(from.path, line);
      flush?.(from.path);
    });
    if (!isWritten) {
      beginAnew();
      return false;
    }
    file = { ...from, length: from.length + line.length };
    if (!tolerant(() => linkSync(from.path, path))) return false;
    if (!from.isNamed) rmSync(from.path, { force: true });
    file = { ...file, path, isNamed: true };
    return true;
  };
  return {
    ready(home) {
      if (file?.home === home && file.length < LONGEST) return true;
      beginAnew();
      const path = join(home, `${name()}.aside`);
      if (tolerant(() => closeSync(openSync(path, 'wx')))) file = { home, path, isNamed: false, length: 0 };
      return false;
    },
    publish(line, path, flush) {
      if (!file) return false;
      try {
        return publishOn(file, line, path, flush);
      } catch (error) {
        // Nobody knows how much of the line is there.
        beginAnew();
        throw error;
      }
    },
    discard,
  };
}

/** Never makes the file: under the name of a table, that would be one without its line. */
const TO_APPEND = constants.O_WRONLY | constants.O_APPEND;

function append(path: string, line: string): void {
  const descriptor = openSync(path, TO_APPEND);
  try {
    writeFileSync(descriptor, line);
  } finally {
    closeSync(descriptor);
  }
}

/** Whether the action was not in vain because of what other processes did. */
function tolerant(action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}
