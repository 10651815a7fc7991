import { resolve } from 'node:path';
import {
  BacklogError,
  type CommitId,
  type RetainRequest,
  type TreeId,
  type Workspace,
  type WorkspaceManager,
} from '@backlog-runner/contracts';
import { memoryFiles } from './memory-files.ts';
import type { MemoryRepository } from './memory-repository.ts';
import { changedFiles, type MemoryTree } from './memory-tree.ts';

export interface MemoryWorkspacesOptions {
  /** How many may be open at once. Default: any number. */
  readonly limit?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Working copies in memory. Their directories exist nowhere but in `repository.directories`, so agents and validations
 * of such a world read and write there.
 */
export function memoryWorkspaces(
  repository: MemoryRepository,
  { limit, environment = {} }: MemoryWorkspacesOptions = {},
): WorkspaceManager {
  const { directories } = repository;
  return {
    limit,
    async open({ base, signal }) {
      if (signal?.aborted) throw new BacklogError('WORKSPACE_UNAVAILABLE', 'Nobody waits for the workspace any more.');
      let number = 1;
      while (directories.has(directoryOf(number))) number += 1;
      if (limit !== undefined && number > limit) {
        throw new BacklogError('WORKSPACE_UNAVAILABLE', `All ${limit} workspaces are open.`);
      }
      return openWorkspace(repository, { name: `w${number}`, directory: directoryOf(number), environment, base });
    },
  };
}

function directoryOf(number: number): string {
  return resolve('/backlog-runner-memory', `w${number}`);
}

type Facts = Pick<Workspace, 'name' | 'directory' | 'environment' | 'base'>;

function openWorkspace({ objects, refs, directories }: MemoryRepository, facts: Facts): Workspace {
  const { name, directory, environment } = facts;
  let base = facts.base;
  let retained: CommitId | undefined;
  let open = true;
  let files = filesOf(objects.tree(base));
  directories.set(directory, files);

  const present = () => {
    if (!open) throw new Error(`The workspace ${name} is closed.`);
    return new Map(files.entries());
  };
  const commit = (tree: TreeId, subject: string): CommitId => {
    if (retained && objects.commit(retained).tree === tree) return retained;
    const parents = retained ? [retained, base] : [base];
    return objects.addCommit({ tree, parents, message: { subject, body: '', trailers: [] } });
  };

  return {
    name,
    directory,
    environment,
    get base() {
      return base;
    },
    async retain({ task, fence, subject }: RetainRequest) {
      const ref = `refs/backlog-runner/attempts/${task}/${fence}`;
      const content = present();
      const changes = changedFiles(objects.tree(base), content);
      const tree = objects.addTree(content);
      if (changes.length === 0 && !retained) return { ref, commit: base, tree, changes };
      retained = commit(tree, subject);
      refs.set(ref, retained);
      return { ref, commit: retained, tree, changes };
    },
    async show(tree, newBase) {
      present();
      base = newBase;
      files = filesOf(objects.tree(tree));
      directories.set(directory, files);
    },
    async close() {
      if (open) directories.delete(directory);
      open = false;
    },
  };
}

function filesOf(tree: MemoryTree) {
  return memoryFiles(Object.fromEntries(tree));
}
