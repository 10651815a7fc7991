import type { TreeId } from '@backlog-runner/contracts';

/** What the repository remembers of earlier work, in a file that only the runner and people write. */
export interface Memory {
  /** From the project directory: `scripts/backlog/patterns.md`. */
  readonly path: string;
  /** Its text in a tree; undefined where there is none, and then nothing is remembered. */
  read(tree: TreeId): Promise<string | undefined>;
  /** The tree with this text there. */
  write(tree: TreeId, text: string): Promise<TreeId>;
}
