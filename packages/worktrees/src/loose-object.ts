import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import type { System } from '@backlog-runner/contracts';

export type ObjectType = 'blob' | 'tree' | 'commit';

const compress = promisify(deflate);
const decompress = promisify(inflate);

/** The name git gives an object, in a repository that uses SHA-1. */
export function objectName(type: ObjectType, content: Uint8Array): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}

/**
 * Adds an object to a repository, whole or not at all: isomorphic-git writes at the final place, where a crash would
 * leave half an object that nobody ever writes again.
 */
export async function writeLooseObject(
  objectsDirectory: string,
  type: ObjectType,
  content: Uint8Array,
  system: System,
): Promise<string> {
  const name = objectName(type, content);
  const directory = join(objectsDirectory, name.slice(0, 2));
  const path = join(directory, name.slice(2));
  if (await freshen(path, system)) return name;

  const bytes = await compress(Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]));
  // `git gc` removes what a crash leaves under such a name.
  const temporary = join(directory, `tmp_obj_${system.token(12)}`);
  await mkdir(directory, { recursive: true });
  try {
    await writeFile(temporary, bytes, { flag: 'wx', mode: 0o444 });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    // On Windows nobody replaces a file that another process is reading; the one there has the same content.
    if (!(await freshen(path, system))) throw error;
  }
  return name;
}

/** An object that is not in a pack. Undefined when there is none. */
export async function readLooseObject(
  objectsDirectory: string,
  name: string,
): Promise<{ readonly type: string; readonly bytes: Buffer } | undefined> {
  const file = await readFile(join(objectsDirectory, name.slice(0, 2), name.slice(2))).catch(() => undefined);
  if (!file) return undefined;
  const content = await decompress(file);
  const end = content.indexOf(0);
  return { type: content.toString('latin1', 0, content.indexOf(' ')), bytes: content.subarray(end + 1) };
}

/** Whether the object is there. Its age starts again, so that no `git gc` removes it before something refers to it. */
async function freshen(path: string, system: System): Promise<boolean> {
  const now = new Date(system.now());
  return utimes(path, now, now).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === 'EPERM' || error.code === 'EACCES',
  );
}
