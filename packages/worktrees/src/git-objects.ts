import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId, System, TreeId } from '@backlog-runner/contracts';
import { parseRawDiff } from './change-set.ts';
import type { GitRunner } from './git.ts';
import type { Objects } from './objects.ts';

export interface GitObjectsOptions {
  readonly runner: GitRunner;
  readonly commonDir: string;
  readonly system: System;
}

/** Objects by way of git itself. Works in every repository that git can read. */
export function gitObjects({ runner, commonDir, system }: GitObjectsOptions): Objects {
  const git = runner.at({ gitDir: commonDir });
  const write = async (type: string, text: string) =>
    (await git(['hash-object', '-t', type, '-w', '--stdin'], { input: text })).stdout.trim();

  return {
    treeOf: async (id) => (await git(['rev-parse', '--verify', `${id}^{tree}`])).stdout.trim() as TreeId,
    isCommit: async (id) => (await git(['cat-file', '-e', `${id}^{commit}`], { accept: [0, 1, 128] })).code === 0,
    async entryAt(tree, path) {
      const { stdout } = await git(['ls-tree', '-z', '--full-tree', tree, '--', path]);
      const [, mode, id] = /^(\d{6}) \w+ ([0-9a-f]+)\t/.exec(stdout) ?? [];
      return mode === undefined || id === undefined ? undefined : { mode, id };
    },
    async changes(from, to) {
      const { stdout } = await git(['diff-tree', '-r', '--raw', '--no-abbrev', '--no-renames', from, to]);
      return parseRawDiff(stdout);
    },
    blobText: async (id) => (await git(['cat-file', 'blob', id])).stdout,
    writeBlob: (text) => write('blob', text),
    writeCommit: async (text) => (await write('commit', text)) as CommitId,
    treeOfIndex: async () => undefined,
    async withFile(tree, path, { mode, id }) {
      const indexFile = join(commonDir, `backlog-runner-index-${system.token(12)}`);
      const scratch = runner.at({ gitDir: commonDir, indexFile });
      try {
        await scratch(['read-tree', tree]);
        const info = ['update-index', '--add', '--cacheinfo', `${mode},${id},${path}`];
        const { code } = await scratch(info, { accept: [0, 128] });
        if (code !== 0) return undefined;
        return (await scratch(['write-tree'])).stdout.trim() as TreeId;
      } finally {
        await rm(indexFile, { force: true });
      }
    },
  };
}
