import { dirname, join, resolve } from 'node:path';
import type { WorkspaceFacts } from './escapes-between.ts';
import { type FileFact, factsOf } from './file-facts.ts';
import { gitDirName } from './git-dir-facts.ts';
import type { Repository } from './repository.ts';
import { readSlotRecord } from './slot-record.ts';
import { readdir, readFile, realpath } from './small-files.ts';

export type AllWorkspaceFacts = ReadonlyMap<string, WorkspaceFacts>;

/** Of every worktree of the repository, by the name of its git directory. What is in the working trees is not read. */
export async function workspaceFacts(repository: Repository, fact: FileFact): Promise<AllWorkspaceFacts> {
  const worktrees = join(repository.commonDir, 'worktrees');
  const names = await readdir(worktrees).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const gitDir = join(worktrees, name);
      const target = await readFile(join(gitDir, 'gitdir'), 'utf8').catch(() => '');
      const record = await readSlotRecord(gitDir);
      const files = (some: readonly string[]) =>
        factsOf(
          some.map((file) => [gitDirName(repository, join(gitDir, file)), join(gitDir, file)]),
          fact,
        );
      const facts: WorkspaceFacts = {
        directory: dirname(resolve(gitDir, target.trim())),
        idle: record?.state === 'free' ? JSON.stringify(record) : undefined,
        links: await files(['commondir', 'gitdir']),
        settings: await files(['config.worktree']),
        installing: record?.installing === true,
        altered: record?.altered ?? [],
      };
      return [gitDirName(repository, gitDir), facts] as const;
    }),
  );
  return new Map(found);
}

/** Those of the pool: others are the user's, who may move and remove them. */
export async function pooled(workspaces: AllWorkspaceFacts, pool: string | undefined): Promise<AllWorkspaceFacts> {
  if (pool === undefined) return new Map();
  const directory = await realpath(pool).catch(() => pool);
  return new Map([...workspaces].filter(([, facts]) => dirname(facts.directory) === directory));
}
