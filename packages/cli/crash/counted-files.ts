import { constants } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { CrashPoints } from './crash-points.ts';

type Call = (...args: never[]) => unknown;
type Functions = Record<string, Call>;

const require = createRequire(import.meta.url);

/** What changes a file or a directory. Reading, and flushing what is written already, change nothing a kill could find. */
const CHANGES = [
  ...['appendFile', 'chmod', 'copyFile', 'cp', 'link', 'mkdir', 'rename', 'rm', 'rmdir', 'symlink', 'truncate'],
  ...['unlink', 'utimes', 'writeFile'],
];

/** Counts every change that this process makes on the disk: each is a step, whichever package makes it. */
export function countFileChanges(points: CrashPoints): void {
  const fs: Functions = require('node:fs');
  const promises: Functions = require('node:fs/promises');
  const exists = fs.existsSync as (path: string) => boolean;
  /** What was opened, by descriptor. */
  const opened = new Map<unknown, string>();
  let nested = false;

  const pathOf = (target: unknown) => opened.get(target) ?? String(target);
  const before = (change: string, path: string) => {
    if (!nested) points.before(`${change} ${shorten(path)}`);
  };
  /** Some functions of node are made of others of node. */
  const whole = (change: Call, args: never[]) => {
    const wasNested = nested;
    nested = true;
    try {
      return change(...args);
    } finally {
      nested = wasNested;
    }
  };
  const count = (functions: Functions, name: string, kind: string) => {
    const change = functions[name];
    if (!change) return;
    functions[name] = (...args: never[]) => {
      const path = pathOf(args[0]);
      const isIdle = kind === 'mkdir' ? exists(path) : ['rm', 'unlink', 'rmdir'].includes(kind) && !exists(path);
      if (!isIdle) before(kind, path);
      return whole(change, args);
    };
  };
  for (const kind of CHANGES) {
    count(fs, `${kind}Sync`, kind);
    count(promises, kind, kind);
  }

  const { openSync, writeSync } = fs;
  const { open } = promises;
  if (!openSync || !writeSync || !open) throw new Error('This Node has no files.');
  fs.openSync = (...args: never[]) => {
    if (makes(args[1], exists(args[0] as unknown as string))) before('open', String(args[0]));
    const descriptor = openSync(...args);
    opened.set(descriptor, String(args[0]));
    return descriptor;
  };
  fs.writeSync = (...args: never[]) => {
    before('write', pathOf(args[0]));
    return writeSync(...args);
  };
  promises.open = async (...args: never[]) => {
    if (makes(args[1], exists(args[0] as unknown as string))) before('open', String(args[0]));
    const handle = (await open(...args)) as Functions;
    for (const kind of ['appendFile', 'write', 'writeFile']) {
      const change = handle[kind]?.bind(handle);
      if (!change) continue;
      handle[kind] = (...content: never[]) => {
        before(kind, String(args[0]));
        return change(...content);
      };
    }
    return handle;
  };
  syncBuiltinESMExports();
}

/** Whether opening a file makes or empties it. */
function makes(flags: unknown, exists: boolean): boolean {
  if (typeof flags === 'number')
    return (flags & constants.O_TRUNC) !== 0 || (!exists && (flags & constants.O_CREAT) !== 0);
  return typeof flags === 'string' && (flags.startsWith('w') || (flags.startsWith('a') && !exists));
}

/** Enough of a path to know what it is, in every run the same but for tokens. */
function shorten(path: string): string {
  return path.split('/').slice(-2).join('/');
}
