import type { Dirent } from 'node:fs';
import { chmod, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Gives the owner back the right to read everything below a directory, and to change its directories. */
export async function makeReadable(directory: string): Promise<void> {
  await allow(directory, 0o700);
  const entries: Dirent[] = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await makeReadable(path);
    else if (entry.isFile()) await allow(path, 0o400);
  }
}

async function allow(path: string, bits: number): Promise<void> {
  const { mode } = await lstat(path);
  if ((mode & bits) !== bits) await chmod(path, mode | bits).catch(() => {});
}
