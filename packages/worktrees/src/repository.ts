import { resolve } from 'node:path';
import { BacklogError, type CommitId, system as defaultSystem, type System } from '@backlog-runner/contracts';
import { runProcess } from '@backlog-runner/subprocess';
import { remembered, type TreeChanges } from './change-set.ts';
import { type Git, type GitRunner, gitRunner, type RunProcess } from './git.ts';
import { gitObjects } from './git-objects.ts';
import { canReadInProcess, inProcessObjects } from './in-process-objects.ts';
import type { Objects } from './objects.ts';
import { fileRefs, gitRefs, type Refs } from './refs.ts';
import { realpath } from './small-files.ts';

/** A working tree with its own index and HEAD: the main one of a repository or a linked one. */
export interface Checkout {
  /** Absolute. */
  readonly directory: string;
  /** Its private git directory: `.git`, or `.git/worktrees/<name>`. */
  readonly gitDir: string;
}

/** A git repository as seen from the project directory. */
export interface Repository {
  /** The checkout that holds the project directory. */
  readonly checkout: Checkout;
  /** The git directory that all checkouts of the repository share. */
  readonly commonDir: string;
  /** Where the project directory is in the repository: empty, or with a slash at its end, such as `packages/app/`. */
  readonly prefix: string;
  readonly projectDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly system: System;
  /** Names in lower case, but for the middle part; the last value of each. */
  readonly config: ReadonlyMap<string, string>;
  /** Whether refs are plain files, so that HEAD of a workspace may be written as one. */
  readonly refsAreFiles: boolean;
  readonly runner: GitRunner;
  readonly run: RunProcess;
  /** Git on the shared directory, without index or working tree. */
  readonly git: Git;
  readonly objects: Objects;
  readonly refs: Refs;
  readonly changes: TreeChanges;
  /** `Name <email>` for commits: the user's own, as git would use it. */
  identity(): Promise<string>;
}

export interface OpenRepositoryOptions {
  /** The project directory, or any directory in a repository. */
  readonly directory: string;
  /** The environment git may take its own settings from, such as `process.env`. Only known names are passed on. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly system?: System;
  /** How processes are started. Default: `runProcess` of `@backlog-runner/subprocess`. */
  readonly run?: RunProcess;
}

const NO_IDENTITY = 'backlog-runner <backlog-runner@localhost>';

/** Finds the repository of a directory. Throws `NOT_A_REPOSITORY`, `NO_COMMITS` or `GIT_TOO_OLD`. */
export async function openRepository({
  directory,
  environment,
  system = defaultSystem,
  run = (spec) => runProcess(spec, { system }),
}: OpenRepositoryOptions): Promise<Repository> {
  const runner = gitRunner({ environment, run });
  const start = await realpath(resolve(directory)).catch(() => {
    throw notARepository(directory, 'there is no such directory');
  });
  await checkVersion(runner.from(start));
  const { commonDir, checkout, prefix } = await locate(runner.from(start), start);
  const git = runner.at({ gitDir: commonDir });
  const [{ stdout }] = await Promise.all([
    git(['config', '--list', '-z']),
    checkHasCommit(runner.at({ gitDir: checkout.gitDir })),
  ]);
  const config = parseConfig(stdout);

  const refsAreFiles = (config.get('extensions.refstorage') ?? 'files') === 'files';
  const refs = refsAreFiles ? fileRefs(commonDir, gitRefs(git)) : gitRefs(git);
  const objectsByGit = gitObjects({ runner, commonDir, system });
  const objects = canReadInProcess(config)
    ? inProcessObjects({ commonDir, system, fallback: objectsByGit })
    : objectsByGit;

  let identity: Promise<string> | undefined;
  return {
    checkout,
    commonDir,
    prefix,
    projectDirectory: resolve(checkout.directory, prefix),
    environment,
    system,
    config,
    refsAreFiles,
    runner,
    run,
    git,
    objects,
    refs,
    changes: remembered(objects.changes),
    identity() {
      identity ??= readIdentity(git);
      return identity;
    },
  };
}

async function checkVersion(git: Git): Promise<void> {
  const { stdout } = await git(['version']);
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
  if (Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 38)) return;
  throw new BacklogError('GIT_TOO_OLD', `This is ${stdout.trim()}; at least 2.38 is needed.`, {
    hint: 'Install a newer git: https://git-scm.com/downloads',
    details: { version: stdout.trim() },
  });
}

async function locate(git: Git, directory: string): Promise<Pick<Repository, 'commonDir' | 'checkout' | 'prefix'>> {
  const questions = ['--git-common-dir', '--git-dir', '--show-toplevel', '--show-prefix'];
  const { code, stdout, stderr } = await git(['rev-parse', '--path-format=absolute', ...questions], {
    accept: [0, 128],
  });
  const [commonDir, gitDir, toplevel, prefix] = stdout.split('\n');
  if (code === 0 && commonDir && gitDir && toplevel && prefix !== undefined) {
    return { commonDir, checkout: { directory: resolve(toplevel), gitDir }, prefix };
  }
  throw notARepository(directory, stderr.trim().replace(/^fatal: /, ''));
}

function notARepository(directory: string, reason: string): BacklogError {
  return new BacklogError(
    'NOT_A_REPOSITORY',
    `${directory} is not in the working tree of a git repository: ${reason}`,
    {
      hint: 'Go to your project, or make it a repository: git init',
      details: { directory },
    },
  );
}

async function checkHasCommit(git: Git): Promise<void> {
  const { code } = await git(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { accept: [0, 1, 128] });
  if (code === 0) return;
  throw new BacklogError('NO_COMMITS', 'The repository has no commit yet.', {
    hint: 'Make one: git add -A && git commit -m "Begin"',
  });
}

/** Reads what `git config --list -z` prints: a name, a line end and a value, or only a name that means true. */
function parseConfig(output: string): ReadonlyMap<string, string> {
  const settings = output.split('\0').filter((setting) => setting !== '');
  return new Map(
    settings.map((setting) => {
      const end = setting.indexOf('\n');
      return end < 0 ? [setting, 'true'] : [setting.slice(0, end), setting.slice(end + 1)];
    }),
  );
}

async function readIdentity(git: Git): Promise<string> {
  const { code, stdout } = await git(['var', 'GIT_COMMITTER_IDENT'], { accept: [0, 1, 128] });
  const [, identity] = /^(.* <.*>) \d+ [+-]\d{4}\s*$/.exec(stdout) ?? [];
  return code === 0 && identity ? identity : NO_IDENTITY;
}

/** The commit a checkout shows, or undefined when it shows none. */
export async function headCommit(repository: Repository, gitDir: string): Promise<CommitId | undefined> {
  const git = repository.runner.at({ gitDir });
  const { code, stdout } = await git(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { accept: [0, 1, 128] });
  return code === 0 ? (stdout.trim() as CommitId) : undefined;
}
