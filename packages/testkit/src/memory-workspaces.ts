import { resolve } from 'node:path';
import {
  type AttemptId,
  BacklogError,
  type CommitId,
  type Fence,
  type RecoveredWork,
  type RetainRequest,
  type TaskId,
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
  /** Whether the runner of an attempt whose workspace is open has died. Default: none has. */
  readonly isAbandoned?: (attempt: AttemptId) => boolean;
  /** What git would ignore: never retained, and left where it is when another tree is shown. Default: nothing. */
  readonly ignores?: (path: string) => boolean;
}

/**
 * Working copies in memory. Their directories exist nowhere but in `repository.directories`, so agents and validations
 * of such a world read and write there.
 */
export function memoryWorkspaces(
  repository: MemoryRepository,
  options: MemoryWorkspacesOptions = {},
): WorkspaceManager {
  const { limit, environment = {}, isAbandoned = () => false, ignores = () => false } = options;
  const { directories } = repository;
  const opened = new Map<AttemptId, Workspace>();
  return {
    limit,
    async open({ attempt, base, prefer, signal }) {
      if (signal?.aborted) throw new BacklogError('WORKSPACE_UNAVAILABLE', 'Nobody waits for the workspace any more.');
      let number = 1;
      while (directories.has(directoryOf(`w${number}`))) number += 1;
      if (limit !== undefined && number > limit) {
        throw new BacklogError('WORKSPACE_UNAVAILABLE', `All ${limit} workspaces are open.`);
      }
      const name = prefer !== undefined && !directories.has(directoryOf(prefer)) ? prefer : `w${number}`;
      const facts = { name, directory: directoryOf(name), environment, base, attempt, ignores };
      const workspace = openWorkspace(repository, facts, () => opened.delete(attempt));
      opened.set(attempt, workspace);
      return workspace;
    },
    async recover() {
      const found: RecoveredWork[] = [];
      for (const [attempt, workspace] of opened) {
        if (!isAbandoned(attempt)) continue;
        const retained = await workspace.retain(leftBy(attempt));
        found.push({ attempt, base: workspace.base, retained });
        await workspace.close();
      }
      return found;
    },
  };
}

function directoryOf(name: string): string {
  return resolve('/backlog-runner-memory', name);
}

function leftBy(attempt: AttemptId): RetainRequest {
  const [, task = '', fence = ''] = /^(.*)\.(\d+)$/.exec(attempt) ?? [];
  return { task: task as TaskId, fence: Number(fence) as Fence, subject: `Recovered: ${attempt}` };
}

type Facts = Pick<Workspace, 'name' | 'directory' | 'environment' | 'base'> & {
  readonly attempt: AttemptId;
  readonly ignores: (path: string) => boolean;
};

function openWorkspace({ objects, refs, directories }: MemoryRepository, facts: Facts, onClose: () => void): Workspace {
  const { name, directory, environment, attempt, ignores } = facts;
  let base = facts.base;
  let open = true;
  let files = filesOf(objects.tree(base));
  directories.set(directory, files);

  const present = () => {
    if (!open) throw new Error(`The workspace ${name} is closed.`);
    return new Map(files.entries().filter(([path]) => !ignores(path)));
  };
  const commit = (tree: TreeId, subject: string, retained: CommitId | undefined): CommitId => {
    if (retained && objects.commit(retained).tree === tree) return retained;
    const parents = retained ? [retained, base] : [base];
    return objects.addCommit({ tree, parents, message: { subject, body: '', trailers: [] } });
  };

  const workspace: Workspace = {
    name,
    directory,
    environment,
    get base() {
      return base;
    },
    async retain({ task, fence, subject }) {
      const ref = `refs/backlog-runner/attempts/${task}/${fence}`;
      const content = present();
      const changes = changedFiles(objects.tree(base), content);
      const tree = objects.addTree(content);
      // Also what another workspace of the same attempt has retained.
      const before = refs.get(ref);
      if (changes.length === 0 && !before) return { ref, commit: base, tree, changes };
      const retained = commit(tree, subject, before);
      refs.set(ref, retained);
      return { ref, commit: retained, tree, changes };
    },
    async show(tree, newBase) {
      present();
      const ignored = files.entries().filter(([path]) => ignores(path));
      base = newBase;
      files = filesOf(new Map([...objects.tree(tree), ...ignored]));
      directories.set(directory, files);
    },
    async close({ unretained = false } = {}) {
      if (open && unretained) await workspace.retain(leftBy(attempt));
      if (!open) return;
      open = false;
      directories.delete(directory);
      onClose();
    },
  };
  return workspace;
}

function filesOf(tree: MemoryTree) {
  return memoryFiles(Object.fromEntries(tree));
}
