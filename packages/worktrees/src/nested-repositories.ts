import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import type { CommitId, TreeId } from '@backlog-runner/contracts';
import { commitText } from './commit-object.ts';
import { quotePath, unquotePath } from './quoted-path.ts';
import { mkdir, readdir, rename, rm, rmdir } from './small-files.ts';
import type { WorkingCopy } from './working-copy.ts';

/** Moves the git directories of repositories nested in a working tree out of git's sight for a while. */
export interface HiddenRepositories {
  /** Hides those that git does not track yet. False when there is none. */
  hideUntracked(): Promise<boolean>;
  /** Hides those at these paths and takes them out of our index again. */
  hide(paths: readonly Buffer[]): Promise<void>;
  /** A commit that holds all that is hidden. Undefined when nothing is. */
  commit(): Promise<CommitId | undefined>;
  /** Puts everything back. */
  restore(): Promise<void>;
}

interface Hidden {
  readonly from: Buffer;
  readonly to: string;
}

export function hideNestedRepositories(copy: WorkingCopy): HiddenRepositories {
  const { git, repository, checkout, asideDirectory } = copy;
  const hidden: Hidden[] = [];

  const hideOne = async (path: Buffer): Promise<void> => {
    const from = Buffer.concat([Buffer.from(checkout.directory), Buffer.from('/'), path, Buffer.from('/.git')]);
    const to = join(asideDirectory, String((await readdir(asideDirectory)).length));
    await rename(from, to);
    hidden.push({ from, to });
  };

  return {
    async hideUntracked() {
      const { stdout } = await git(['ls-files', '--others', '--exclude-standard']);
      // Git names a directory only when it is a repository of its own.
      const paths = stdout
        .split('\n')
        .map(unquotePath)
        .filter((path) => path.at(-1) === '/'.charCodeAt(0));
      await mkdir(asideDirectory, { recursive: true });
      for (const path of paths) await hideOne(path.subarray(0, -1));
      return paths.length > 0;
    },
    async hide(paths) {
      await mkdir(asideDirectory, { recursive: true });
      for (const path of paths) {
        await hideOne(path);
        await git(['update-index', '--index-info'], { input: `0 ${'0'.repeat(40)}\t${quotePath(path)}\n` });
      }
    },
    async commit() {
      if (hidden.length === 0) return undefined;
      const indexFile = join(checkout.gitDir, 'backlog-runner-nested-index');
      const scratch = repository.runner.at({ gitDir: checkout.gitDir, workTree: asideDirectory, indexFile });
      try {
        await scratch(['add', '--all', '--force', '.']);
        const tree = (await scratch(['write-tree'])).stdout.trim() as TreeId;
        const identity = await repository.identity();
        const message = 'The git directories of repositories that were made in the workspace\n';
        const text = commitText({ tree, parents: [], identity, at: repository.system.now(), message });
        return await repository.objects.writeCommit(text);
      } finally {
        await rm(indexFile, { force: true });
      }
    },
    async restore() {
      for (const { from, to } of hidden.reverse()) await rename(to, from);
      await rmdir(asideDirectory).catch(() => {});
    },
  };
}
