import {
  allowedEnvironment,
  BASE_ENVIRONMENT_NAMES,
  type ProcessResult,
  type RunSpec,
  runProcess,
} from '@backlog-runner/subprocess';

/** Runs a command to its end. Never rejects. */
export type RunCommand = (spec: RunSpec) => Promise<ProcessResult>;

const TOTAL_MS = 60_000;
const MOST_BYTES = 64 * 1024 * 1024;

export type TrackedFiles = { readonly paths: readonly string[] } | { readonly reason: string };

export interface GitOptions {
  readonly signal: AbortSignal;
  /** Where git's part of the environment is taken from. Default: this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** How git is run. Default: as a process of this one. */
  readonly run?: RunCommand;
}

/** The files git tracks in a directory and below, relative to it. What git ignores is not among them. */
export async function trackedFiles(
  directory: string,
  { signal, environment = process.env, run = runProcess }: GitOptions,
): Promise<TrackedFiles> {
  const { end, stdout, stderr, truncated } = await run({
    command: 'git',
    // A watcher that the repository's settings name would be started otherwise.
    args: ['-c', 'core.fsmonitor=false', 'ls-files', '-z', '--cached'],
    cwd: directory,
    environment: { ...allowedEnvironment(environment, { names: BASE_ENVIRONMENT_NAMES }), GIT_OPTIONAL_LOCKS: '0' },
    totalMs: TOTAL_MS,
    maxOutputBytes: MOST_BYTES,
    signal,
  });
  if (end.status === 'exited' && end.code === 0 && !truncated) {
    return { paths: [...new Set(stdout.split('\0').filter(Boolean))].sort() };
  }
  const said = stderr.trim().split('\n')[0] ?? '';
  return { reason: `Git could not list the files of the repository${said === '' ? '.' : `: ${said}`}` };
}
