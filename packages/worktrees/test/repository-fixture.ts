import { appendFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type {
  AttemptId,
  CommitId,
  Fence,
  HolderId,
  LeaseManager,
  RunId,
  TaskId,
  WorkspaceManager,
} from '@backlog-runner/contracts';
import { type RunSpec, runProcess } from '@backlog-runner/subprocess';
import { memoryLeases } from '@backlog-runner/testkit';
import { onTestFinished } from 'vitest';
import { type GitWorkspacesOptions, gitWorkspaces, openRepository, type Repository } from '../src/index.ts';

export const ENVIRONMENT = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

export const task = (name: string) => name as TaskId;
export const fence = (number: number) => number as Fence;
export const attempt = (id: string) => id as AttemptId;

export async function temporaryDirectory(): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'worktrees-')));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Git as the user runs it: hooks and all. */
export async function gitIn(
  directory: string,
  args: readonly string[],
  { input, environment = {} }: { input?: string; environment?: Record<string, string> } = {},
): Promise<string> {
  const { end, stdout, stderr } = await runProcess({
    command: 'git',
    args,
    cwd: directory,
    environment: { ...ENVIRONMENT, ...environment },
    ...(input === undefined ? {} : { input }),
  });
  if (end.status !== 'exited' || end.code !== 0)
    throw new Error(`git ${args.join(' ')}: ${JSON.stringify(end)} ${stderr}`);
  return stdout;
}

export type Files = Readonly<Record<string, string>>;

export async function writeFiles(directory: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
}

export interface World {
  /** The user's checkout. */
  readonly directory: string;
  readonly pool: string;
  readonly repository: Repository;
  /** Every command line that was started through the repository. */
  readonly started: string[][];
  git(...args: string[]): Promise<string>;
  write(files: Files): Promise<void>;
  commit(message: string, files?: Files): Promise<CommitId>;
  head(): Promise<CommitId>;
}

export interface WorldOptions {
  readonly files?: Files;
  /** The project directory, from the top of the repository. */
  readonly project?: string;
  readonly init?: readonly string[];
}

/** What `git init` makes, without a process. */
const NEW_REPOSITORY = {
  HEAD: 'ref: refs/heads/main\n',
  config: '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n',
  'objects/info/.keep': '',
  'refs/heads/.keep': '',
  'hooks/.keep': '',
};
const SETTINGS = '[user]\n\tname = Ada\n\temail = ada@example.org\n[maintenance]\n\tauto = false\n';

export async function world({
  files = { 'a.txt': 'a\n' },
  project = '',
  init = [],
}: WorldOptions = {}): Promise<World> {
  const root = await temporaryDirectory();
  const directory = join(root, 'repo');
  if (init.length > 0) await gitIn(root, ['init', '-q', '-b', 'main', ...init, 'repo']);
  else await writeFiles(join(directory, '.git'), NEW_REPOSITORY);
  await appendFile(join(directory, '.git', 'config'), SETTINGS);
  await writeFiles(directory, files);
  await gitIn(directory, ['add', '-A']);
  await gitIn(directory, ['commit', '-q', '-m', 'Begin']);
  return openWorld(root, directory, join(directory, project));
}

/** A view of a repository that exists, from one of its directories. */
export async function openWorld(root: string, directory: string, project: string): Promise<World> {
  const started: string[][] = [];
  const run = (spec: RunSpec) => {
    started.push([spec.command, ...withoutSettings(spec.args)]);
    return runProcess(spec);
  };
  const repository = await openRepository({ directory: project, environment: ENVIRONMENT, run });
  started.length = 0;
  const git = (...args: string[]) => gitIn(directory, args);
  return {
    directory,
    pool: join(root, 'pool'),
    repository,
    started,
    git,
    write: (files) => writeFiles(directory, files),
    async commit(message, files = {}) {
      await writeFiles(directory, files);
      await git('add', '-A');
      await git('commit', '-q', '-m', message);
      return (await git('rev-parse', 'HEAD')).trim() as CommitId;
    },
    head: async () => (await git('rev-parse', 'HEAD')).trim() as CommitId,
  };
}

function withoutSettings(args: readonly string[]): readonly string[] {
  return args[0] === '-c' ? withoutSettings(args.slice(2)) : args;
}

export type PoolOptions = Partial<GitWorkspacesOptions> & { readonly leases?: LeaseManager };

export function pool({ repository, pool: directory }: World, options: PoolOptions = {}): WorkspaceManager {
  return gitWorkspaces({
    repository,
    leases: memoryLeases(),
    holder: 'holder' as HolderId,
    leaseTtlMs: 30_000,
    directory,
    limit: 4,
    run: 'run' as RunId,
    // Here, runners that died are played by this process.
    isRunning: () => false,
    ...options,
  });
}
