import { BacklogError } from '@backlog-runner/contracts';
import {
  allowedEnvironment,
  BASE_ENVIRONMENT_NAMES,
  type ProcessEnd,
  type ProcessResult,
  type RunSpec,
} from '@backlog-runner/subprocess';

/** Starts a process and waits for its end, as `runProcess` of `@backlog-runner/subprocess` does. */
export type RunProcess = (spec: RunSpec) => Promise<ProcessResult>;

/**
 * What a git command works on. Always said explicitly and never discovered, so that nobody who replaces a `.git` file
 * can redirect it.
 */
export interface GitPlace {
  readonly gitDir: string;
  readonly workTree?: string;
  readonly indexFile?: string;
  /** Settings that hold for this place, as `name=value`. */
  readonly settings?: readonly string[];
}

export interface GitOptions {
  readonly input?: string;
  /** Exit codes that are an answer. Default: only 0. */
  readonly accept?: readonly number[];
  readonly signal?: AbortSignal;
  /** Lets pathspecs in `args` have magic such as `:(exclude)`. */
  readonly magicPathspecs?: boolean;
}

export interface GitAnswer {
  readonly code: number;
  /** Decoded as UTF-8. Names of files need not be UTF-8: commands that matter print them quoted. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one git command. Throws `GIT_FAILED` when it ends in any way but an accepted exit code. */
export type Git = (args: readonly string[], options?: GitOptions) => Promise<GitAnswer>;

export interface GitRunner {
  /** Git on an explicit repository, index and working tree. */
  at(place: GitPlace): Git;
  /** Git that looks for its repository from a directory upwards. Only for finding out where that is. */
  from(directory: string): Git;
}

const TEN_MINUTES = 10 * 60_000;
const MAX_OUTPUT_BYTES = 512 * 1024 * 1024;

/** Nothing that the repository or the user configured may run code, prompt, or change the form of an answer. */
const CONFIGURATION = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=true',
  'gc.auto=0',
  'maintenance.auto=false',
  'commit.gpgSign=false',
  'core.safecrlf=false',
  'submodule.recurse=false',
  'advice.addEmbeddedRepo=false',
];

const INHERITED = {
  names: [...BASE_ENVIRONMENT_NAMES, 'GIT_EXEC_PATH'],
  prefixes: ['GIT_AUTHOR_NAME', 'GIT_AUTHOR_EMAIL', 'GIT_COMMITTER_NAME', 'GIT_COMMITTER_EMAIL', 'GIT_CONFIG_'],
};

const FIXED = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  // An agent could write replacements, and then an object would not be what its name says.
  GIT_NO_REPLACE_OBJECTS: '1',
};

export interface GitRunnerOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly run: RunProcess;
}

export function gitRunner({ environment, run }: GitRunnerOptions): GitRunner {
  const inherited = allowedEnvironment(environment, INHERITED);
  const gitWith = (cwd: string, place: Readonly<Record<string, string>>, settings: readonly string[] = []): Git => {
    const configuration = [...CONFIGURATION, ...settings].flatMap((setting) => ['-c', setting]);
    return async (args, { input, accept = [0], signal, magicPathspecs = false } = {}) => {
      const { end, stdout, stderr, truncated } = await run({
        command: 'git',
        args: [...configuration, ...args],
        cwd,
        environment: { ...inherited, ...FIXED, ...(magicPathspecs ? {} : { GIT_LITERAL_PATHSPECS: '1' }), ...place },
        totalMs: TEN_MINUTES,
        maxOutputBytes: MAX_OUTPUT_BYTES,
        ...(input === undefined ? {} : { input }),
        ...(signal ? { signal } : {}),
      });
      if (end.status === 'exited' && accept.includes(end.code) && !truncated) return { code: end.code, stdout, stderr };
      throw gitFailed(args, end, stderr);
    };
  };
  return {
    at: ({ gitDir, workTree, indexFile, settings }) => {
      const place = {
        GIT_DIR: gitDir,
        ...(workTree === undefined ? {} : { GIT_WORK_TREE: workTree }),
        ...(indexFile === undefined ? {} : { GIT_INDEX_FILE: indexFile }),
      };
      return gitWith(workTree ?? gitDir, place, settings);
    },
    from: (directory) => gitWith(directory, {}),
  };
}

function gitFailed(args: readonly string[], end: ProcessEnd, stderr: string): BacklogError {
  const command = `git ${args[0] ?? ''}`;
  const said = stderr.trim();
  const details = { args, end, stderr: said.slice(-4000) };
  if (end.status === 'not-started' && end.reason === 'not-found') {
    return new BacklogError('GIT_FAILED', 'git is not installed, or not on the PATH.', {
      hint: 'Install git 2.38 or newer.',
      details,
    });
  }
  return new BacklogError('GIT_FAILED', `${command} ${endOf(end)}${said ? `: ${said.slice(-1000)}` : '.'}`, {
    details,
  });
}

function endOf(end: ProcessEnd): string {
  switch (end.status) {
    case 'exited':
      return `ended with exit code ${end.code}`;
    case 'killed':
      return `was killed by ${end.signal}`;
    case 'timed-out':
      return 'took too long';
    case 'aborted':
      return 'was called off';
    case 'not-started':
      return `could not be started (${end.message})`;
  }
}
