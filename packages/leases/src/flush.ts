import { closeSync, fsync, fsyncSync, openSync } from 'node:fs';
import { errorCode } from './storage-failed.ts';

/** Windows has no way to flush a directory; its file system keeps names in order by itself. */
const NOT_FOR_DIRECTORIES = ['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'];

export function flushFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

export function flushDirectory(path: string): void {
  const directory = openDirectory(path);
  if (directory === undefined) return;
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** Resolves when a crash of the machine can no longer lose the file nor its name. */
export async function flushNamedFile(path: string, parent: string): Promise<void> {
  const file = openSync(path, 'r+');
  try {
    await flush(file);
  } finally {
    closeSync(file);
  }
  const directory = openDirectory(parent);
  if (directory === undefined) return;
  try {
    await flush(directory);
  } finally {
    closeSync(directory);
  }
}

function flush(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => fsync(descriptor, (error) => (error ? reject(error) : resolve())));
}

function openDirectory(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (NOT_FOR_DIRECTORIES.includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
