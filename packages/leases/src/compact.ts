import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { outlived, segmentsAmong } from './segment.ts';

const RETIRED = 'retired-';

/**
 * Removes tables that nobody needs: every segment but the one that starts with `newest` and the one before it. That
 * first table must be safe from a crash of the machine already. A segment vanishes whole, by a rename (see `commit.ts`);
 * what a crash leaves of it is removed by the next call. Another process doing the same is no error, and neither is a
 * failure: then more tables stay than needed.
 */
export function compact(directory: string, newest: number, token: string): void {
  const names = readdirSync(directory);
  for (const [index, { name }] of outlived(segmentsAmong(names), newest).entries()) {
    const retired = `${RETIRED}${token}-${index}`;
    attempt(() => renameSync(join(directory, name), join(directory, retired)));
    remove(directory, retired);
  }
  for (const name of names) if (name.startsWith(RETIRED) || name.endsWith('.aside')) remove(directory, name);
}

function remove(directory: string, name: string): void {
  attempt(() => rmSync(join(directory, name), { recursive: true, force: true }));
}

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // The next compaction tries again.
  }
}
