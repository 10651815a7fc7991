import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId, Landing, LandRequest, RepoPath, TaskFile, TreeId } from '@backlog-runner/contracts';
import { gitLanding, type Repository } from '../src/index.ts';
import { fence, gitIn, task, type World } from './repository-fixture.ts';

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

/** What an attempt would have made of `from`, without one. A file without content is deleted. */
export async function treeWith(
  { directory }: World,
  from: string,
  files: Readonly<Record<string, string | undefined>>,
): Promise<TreeId> {
  const indexFile = join(directory, '.git', 'by-hand');
  const git = (args: readonly string[], input?: string) =>
    gitIn(directory, args, { environment: { GIT_INDEX_FILE: indexFile }, ...(input === undefined ? {} : { input }) });
  await git(['read-tree', from]);
  for (const [path, content] of Object.entries(files)) {
    if (content === undefined) {
      await git(['update-index', '--force-remove', path]);
      continue;
    }
    const blob = (await git(['hash-object', '-w', '--stdin'], content)).trim();
    await git(['update-index', '--add', '--replace', '--cacheinfo', `100644,${blob},${path}`]);
  }
  const tree = (await git(['write-tree'])).trim() as TreeId;
  await rm(indexFile);
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
