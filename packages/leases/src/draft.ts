import { closeSync, linkSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './storage-failed.ts';

/**
 * The file a table is written to before it gets its number. To make a file costs far more than to write or link one,
 * so it is made first and kept until the change is over: the less time between reading a table and linking the next
 * one, the fewer processes compete in vain.
 */
export interface Draft {
  /** False when there was no file yet; now there is one in this directory. */
  ready(directory: string): boolean;
  /** Gives the text its name. False when another file has that name, or a directory is gone. */
  publish(text: string, path: string, flush?: (path: string) => void): boolean;
  discard(): void;
}

/** `name` is asked for once, and only when there is something to write. */
export function newDraft(name: () => string): Draft {
  let file: string | undefined;
  return {
    ready(directory) {
      if (file !== undefined) return true;
      const path = join(directory, `${name()}.aside`);
      file = tolerant(() => closeSync(openSync(path, 'wx'))) ? path : undefined;
      return false;
    },
    publish(text, path, flush) {
      const from = file;
      if (from === undefined) return false;
      const published = tolerant(() => {
        writeFileSync(from, text);
        flush?.(from);
        linkSync(from, path);
      });
      // Gone with its directory: the next round makes another one.
      if (!published && !tolerant(() => closeSync(openSync(from, 'r')))) file = undefined;
      return published;
    },
    discard() {
      if (file !== undefined) rmSync(file, { force: true });
    },
  };
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
