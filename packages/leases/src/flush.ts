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

/** Resolves when a crash of the machine can no longer lose the file nor its name. Both wait for the disk at once. */
export async function flushNamedFile(path: string, parent: string): Promise<void> {
  await Promise.all([flushed(() => openSync(path, 'r+')), flushed(() => openDirectory(parent))]);
}

async function flushed(open: () => number | undefined): Promise<void> {
  const descriptor = open();
  if (descriptor === undefined) return;
  try {
    await flush(descriptor);
  } finally {
    closeSync(descriptor);
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
