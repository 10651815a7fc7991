import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Git } from './git.ts';

/** Reads refs. Every change of one is a compare-and-set by `git update-ref`. */
export interface Refs {
  /** What a ref points at now; undefined when there is none. */
  read(name: string): Promise<string | undefined>;
}

const OBJECT_NAME = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

export function gitRefs(git: Git): Refs {
  return {
    async read(name) {
      const { code, stdout } = await git(['rev-parse', '--verify', '--quiet', name], { accept: [0, 1] });
      return code === 0 ? stdout.trim() : undefined;
    },
  };
}

/** Refs from the files of a repository that keeps them in files. */
export function fileRefs(commonDir: string, fallback: Refs): Refs {
  return {
    async read(name) {
      // In this order: git writes a ref into the packed file before it removes the loose one.
      const loose = textOf(join(commonDir, ...name.split('/')));
      const found = loose?.trim() ?? packed(textOf(join(commonDir, 'packed-refs')), name);
      if (found === undefined || OBJECT_NAME.test(found)) return found;
      return fallback.read(name);
    },
  };
}

function packed(text: string | undefined, name: string): string | undefined {
  const line = text?.split('\n').find((candidate) => candidate.endsWith(` ${name}`));
  return line?.slice(0, line.indexOf(' '));
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
}
