import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type BigIntStats, createReadStream } from 'node:fs';
import { lstat, readlink } from './small-files.ts';

/**
 * What is at a path, as text that is the same only for the same content: times do not count. Undefined when nothing is
 * there. What a directory holds is not part of it.
 */
export type FileFact = (path: Buffer | string) => Promise<string | undefined>;

/** Reads a file again only when its size, its times or its place on the disk are other than they were. */
export function fileFacts(): FileFact {
  const known = new Map<string, { readonly stamp: string; readonly digest: string }>();

  const digestOf = async (path: Buffer | string, stats: BigIntStats): Promise<string> => {
    const key = Buffer.from(path).toString('latin1');
    const stamp = [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ');
    const before = known.get(key);
    if (before?.stamp === stamp) return before.digest;
    const digest = await hash(path);
    known.set(key, { stamp, digest });
    return digest;
  };

  return async (path) => {
    try {
      const stats = await lstat(path, { bigint: true });
      if (stats.isSymbolicLink()) return `link ${await readlink(path)}`;
      if (!stats.isFile()) return stats.isDirectory() ? 'directory' : 'special';
      const kind = (stats.mode & 0o111n) === 0n ? 'file' : 'program';
      return `${kind} ${await digestOf(path, stats)}`;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      return `unreadable ${code}`;
    }
  };
}

async function hash(path: Buffer | string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
  return digest.digest('hex');
}

const AT_ONCE = 32;

/** Of those paths that are there. Few files are open at once. */
export async function factsOf(
  paths: readonly (readonly [name: string, path: Buffer | string])[],
  fact: FileFact,
): Promise<ReadonlyMap<string, string>> {
  const facts = new Map<string, string>();
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const some = paths.slice(at, at + AT_ONCE);
    const found = await Promise.all(some.map(async ([name, path]) => [name, await fact(path)] as const));
    for (const [name, value] of found) if (value !== undefined) facts.set(name, value);
  }
  return facts;
}
