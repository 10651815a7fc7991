import * as fs from 'node:fs';
import type * as promises from 'node:fs/promises';

// The functions of `node:fs/promises` for small files, done at once: handing each to another thread and hearing back from
// it costs ten times as much, and most of what is done for a task are such calls. Whoever removes, copies or reads what may
// be large uses `node:fs/promises`.

type Name = keyof typeof promises & string;

/** Looked up at every call, so that whoever counts or breaks file functions is heard. */
function atOnce<const Chosen extends Name>(name: Chosen): (typeof promises)[Chosen] {
  const call = async (...args: readonly unknown[]) => {
    const done = (fs as unknown as Record<string, (...args: readonly unknown[]) => unknown>)[`${name}Sync`];
    return done?.(...args);
  };
  return call as unknown as (typeof promises)[Chosen];
}

export const access: typeof promises.access = atOnce('access');
export const chmod: typeof promises.chmod = atOnce('chmod');
export const copyFile: typeof promises.copyFile = atOnce('copyFile');
export const link: typeof promises.link = atOnce('link');
export const lstat: typeof promises.lstat = atOnce('lstat');
export const mkdir: typeof promises.mkdir = atOnce('mkdir');
export const readdir: typeof promises.readdir = atOnce('readdir');
export const readFile: typeof promises.readFile = atOnce('readFile');
export const readlink: typeof promises.readlink = atOnce('readlink');
export const realpath: typeof promises.realpath = atOnce('realpath');
export const rename: typeof promises.rename = atOnce('rename');
export const rm: typeof promises.rm = atOnce('rm');
export const rmdir: typeof promises.rmdir = atOnce('rmdir');
export const stat: typeof promises.stat = atOnce('stat');
export const utimes: typeof promises.utimes = atOnce('utimes');
export const writeFile: typeof promises.writeFile = atOnce('writeFile');
