import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, deflateSync, inflateSync } from 'node:zlib';
import { BacklogError, type System, storageHint } from '@backlog-runner/contracts';

// Synchronous throughout: for a few small files that costs a tenth of what promises do.

export type ObjectType = 'blob' | 'tree' | 'commit';

/** The name git gives an object, in a repository that uses SHA-1. */
export function objectName(type: ObjectType, content: Uint8Array): string {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex');
}

/**
 * Adds an object to a repository, whole or not at all: isomorphic-git writes at the final place, where a crash would
 * leave half an object that nobody ever writes again.
 */
export function writeLooseObject(
  objectsDirectory: string,
  type: ObjectType,
  content: Uint8Array,
  system: System,
): string {
  const name = objectName(type, content);
  const directory = join(objectsDirectory, name.slice(0, 2));
  const path = join(directory, name.slice(2));
  if (freshen(path, system)) return name;

  const whole = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const bytes = deflateSync(whole, { level: constants.Z_BEST_SPEED, chunkSize: roomFor(whole.length) });
  // `git gc` removes what a crash leaves under such a name.
  const temporary = join(directory, `tmp_obj_${system.token(12)}`);
  try {
    if (!existsSync(directory)) mkdirSync(directory, { recursive: true });
    writeFileSync(temporary, bytes, { flag: 'wx', mode: 0o444 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    // On Windows nobody replaces a file that another process is reading; the one there has the same content.
    if (!freshen(path, system)) throw unwritable(path, error);
  }
  return name;
}

/** An object that is not in a pack. Undefined when there is none. */
export function readLooseObject(
  objectsDirectory: string,
  name: string,
): { readonly type: string; readonly bytes: Buffer } | undefined {
  const path = join(objectsDirectory, name.slice(0, 2), name.slice(2));
  try {
    const bytes = readFileSync(path);
    const content = inflateSync(bytes, { chunkSize: roomFor(bytes.length * 4) });
    const end = content.indexOf(0);
    return { type: content.toString('latin1', 0, content.indexOf(' ')), bytes: content.subarray(end + 1) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * Else zlib takes 16 KiB for each of many small objects, and the more memory a process has, the longer it takes to start
 * another.
 */
function roomFor(bytes: number): number {
  return Math.min(Math.max(bytes, 256), 16 * 1024);
}

/** Whether the object is there. Its age starts again, so that no `git gc` removes it before something refers to it. */
function freshen(path: string, system: System): boolean {
  if (!existsSync(path)) return false;
  const now = new Date(system.now());
  try {
    utimesSync(path, now, now);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    // The file of another user, whose times may not be changed.
    if (hasCode(error, 'EPERM') || hasCode(error, 'EACCES')) return true;
    throw error;
  }
}

function unwritable(path: string, cause: unknown): BacklogError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new BacklogError('STORAGE_FAILED', `git's object ${path} could not be written: ${reason}`, {
    hint: storageHint(cause) ?? 'Check the permissions and the disk.',
    details: { path },
    cause,
  });
}

function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
