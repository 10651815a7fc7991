import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { unless } from './storage.ts';

/** A descriptor at the end of a file. Makes the file and its directory only when they are missing. */
export function openToAppend(file: string): number {
  const descriptor = unless(['ENOENT'], () => openSync(file, 'a'));
  if (descriptor !== undefined) return descriptor;
  mkdirSync(dirname(file), { recursive: true });
  return openSync(file, 'a');
}
