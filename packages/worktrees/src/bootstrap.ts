import { BacklogError, type Redact, type RunId } from '@backlog-runner/contracts';
import { allowedEnvironment, BASE_ENVIRONMENT_NAMES, markFor, shellCommand } from '@backlog-runner/subprocess';
import type { Repository } from './repository.ts';

export interface BootstrapOptions {
  /** Run in the project directory of a workspace when its dependencies are not those its lockfiles ask for. */
  readonly installCommand?: string;
  /** Untracked files to copy from the user's checkout, as patterns of `.gitignore`. Besides those in `.worktreeinclude`. */
  readonly copyFiles?: readonly string[];
  /**
   * What a warm workspace keeps from one attempt to the next while its lockfiles stay the same, as patterns of
   * `.gitignore`. Default: `node_modules`.
   */
  readonly keep?: readonly string[];
  /** Names of environment variables that the install command gets besides the usual ones. */
  readonly environmentNames?: readonly string[];
}

export const DEFAULT_KEEP: readonly string[] = ['node_modules'];

const HALF_AN_HOUR = 30 * 60_000;
const TAIL = 4000;

export interface InstallRequest {
  readonly repository: Repository;
  readonly command: string;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly environmentNames: readonly string[];
  readonly run: RunId;
  readonly redact: Redact;
  readonly signal?: AbortSignal;
}

/** Runs the install command to its end. Throws `BOOTSTRAP_FAILED` with the end of what it printed. */
export async function install(request: InstallRequest): Promise<void> {
  const { repository, command, directory, environment, environmentNames, run, redact, signal } = request;
  const inherited = allowedEnvironment(repository.environment, {
    names: [...BASE_ENVIRONMENT_NAMES, ...environmentNames],
    prefixes: ['npm_config_', 'NPM_CONFIG_'],
  });
  const { end, stdout, stderr } = await repository.run({
    ...shellCommand(command),
    cwd: directory,
    environment: { ...inherited, ...environment },
    mark: markFor(run, repository.system),
    totalMs: HALF_AN_HOUR,
    maxOutputBytes: 256 * 1024,
    ...(signal ? { signal } : {}),
  });
  if (end.status === 'exited' && end.code === 0) return;
  const output = redact(`${stdout}\n${stderr}`.trim()).slice(-TAIL);
  throw new BacklogError('BOOTSTRAP_FAILED', `The install command "${command}" failed in a workspace.`, {
    hint: 'Try it in a fresh clone; it is workspaceBootstrap.installCommand in the config.',
    details: { command, directory, end, output },
  });
}
