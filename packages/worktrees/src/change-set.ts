import type { Buffer } from 'node:buffer';
import { posix } from 'node:path';
import type { ChangedFile, TreeId } from '@backlog-runner/contracts';
import { unquotePath } from './quoted-path.ts';

/** One path on which two trees differ. */
export interface TreeChange {
  /** From the top of the repository, as bytes: it need not be UTF-8. */
  readonly path: Buffer;
  readonly change: ChangedFile['change'];
  /** Six digits; `000000` where there is nothing. */
  readonly oldMode: string;
  readonly newMode: string;
  readonly newId: string;
}

export const GITLINK_MODE = '160000';

/** What changes from one tree to another. */
export type TreeChanges = (from: TreeId, to: TreeId) => Promise<readonly TreeChange[]>;

/** Two trees never change, so what is between them is remembered: the same pair is asked for by retain and by land. */
export function remembered(ask: TreeChanges): TreeChanges {
  const known = new Map<string, Promise<readonly TreeChange[]>>();
  return (from, to) => {
    if (from === to) return Promise.resolve([]);
    const pair = `${from} ${to}`;
    const before = known.get(pair);
    if (before) return before;
    const answer = ask(from, to);
    known.set(pair, answer);
    answer.catch(() => known.delete(pair));
    const [oldest] = known.keys();
    if (known.size > 32 && oldest !== undefined) known.delete(oldest);
    return answer;
  };
}

/** Reads what `git diff-tree --raw` prints, with quoted paths. */
export function parseRawDiff(output: string): readonly TreeChange[] {
  return output.split('\n').flatMap((line) => {
    const [, oldMode, newMode, newId, letter, path] =
      /^:(\d{6}) (\d{6}) [0-9a-f]+ ([0-9a-f]+) ([A-Z])\d*\t(.*)$/s.exec(line) ?? [];
    if (!oldMode || !newMode || !newId || !letter || !path) return [];
    const change = letter === 'A' ? 'added' : letter === 'D' ? 'deleted' : 'modified';
    return [{ path: unquotePath(path), change, oldMode, newMode, newId }];
  });
}

/**
 * The changes as others see them: relative to the project directory, which is at `prefix` (`packages/app/`, or empty)
 * in the repository. A name that is not UTF-8 has replacement characters.
 */
export function changedFiles(changes: readonly TreeChange[], prefix: string): readonly ChangedFile[] {
  return changes.map(({ path, change }) => ({ path: projectPath(path.toString('utf8'), prefix), change }));
}

export function projectPath(path: string, prefix: string): string {
  if (path.startsWith(prefix)) return path.slice(prefix.length);
  return posix.relative(prefix, path);
}
