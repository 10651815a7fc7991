import { BacklogError } from '@backlog-runner/contracts';
import type { Memory } from '@backlog-runner/runner';
import type { Repository } from '@backlog-runner/worktrees';

/** From the project directory. */
export const PATTERNS_PATH = 'scripts/backlog/patterns.md';

const FILE_MODE = '100644';

/** What a repository remembers, in a file of its own: read from trees and written into them, never into a checkout. */
export function patternsMemory({ objects, prefix }: Pick<Repository, 'objects' | 'prefix'>): Memory {
  const path = `${prefix}${PATTERNS_PATH}`;
  return {
    path: PATTERNS_PATH,
    async read(tree) {
      const entry = await objects.entryAt(tree, path);
      return entry?.mode.startsWith('100') ? objects.blobText(entry.id) : undefined;
    },
    async write(tree, text) {
      const entry = await objects.entryAt(tree, path);
      const id = await objects.writeBlob(text);
      const next = await objects.withFile(tree, path, { mode: entry?.mode ?? FILE_MODE, id });
      if (next) return next;
      throw new BacklogError('GIT_FAILED', `${path} cannot be a file in ${tree}.`, { details: { tree, path } });
    },
  };
}
