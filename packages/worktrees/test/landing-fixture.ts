import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId, Landing, LandRequest, RepoPath, TaskFile, TreeId } from '@backlog-runner/contracts';
import { gitLanding, type Repository } from '../src/index.ts';
import { type Files, fence, gitIn, task, type World } from './repository-fixture.ts';

export const TASK_PATH = 'backlog/tasks/x.yaml';
export const READY = 'title: X\nstate: ready\n';
export const DONE = 'title: X\nstate: done\n';
export const MESSAGE = {
  subject: 'Do x',
  body: 'What was done.',
  trailers: [
    ['Backlog-Task', 'x'],
    ['Backlog-Attempt', 'x.1'],
  ],
} as const;

export function taskFile(content: string = DONE, path: string = TASK_PATH): TaskFile {
  return { path: path as RepoPath, content };
}

/** What an attempt would have made of `from`, without one. */
export async function treeWith({ repository }: World, from: CommitId, files: Files): Promise<TreeId> {
  const { objects } = repository;
  let tree = await objects.treeOf(from);
  for (const [path, content] of Object.entries(files)) {
    const next = await objects.withFile(tree, path, { mode: '100644', id: await objects.writeBlob(content) });
    if (next === undefined) throw new Error(`No place for ${path}.`);
    tree = next;
  }
  return tree;
}

export function landRequest(tree: TreeId, onto: CommitId, files: readonly TaskFile[] = [taskFile()]): LandRequest {
  return { task: task('x'), fence: fence(1), tree, onto, files, message: MESSAGE };
}

/** Everything of the user's that a landing must leave alone when it does not land. */
export async function pictureOf({ directory }: World): Promise<string> {
  const [status, index, names] = await Promise.all([
    gitIn(directory, ['status', '--porcelain=v2', '--branch', '--show-stash', '-uall', '--ignored']),
    gitIn(directory, ['ls-files', '--stage', '-v']),
    readdir(directory, { recursive: true, withFileTypes: true }),
  ]);
  const paths = names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.startsWith(join(directory, '.git')));
  const contents = await Promise.all(paths.sort().map(async (path) => `${path}: ${await readFile(path, 'utf8')}`));
  return [status, index, ...contents].join('\n--\n');
}

/** A landing whose task `x` is claimed with fence 1. */
export async function claimedLanding(repository: Repository, branch?: string): Promise<Landing> {
  const landing = await gitLanding({ repository, ...(branch === undefined ? {} : { branch }) });
  await landing.claim(task('x'), fence(1));
  return landing;
}
