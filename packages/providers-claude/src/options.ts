import { type System, system } from '@backlog-runner/contracts';

export interface ClaudeOptions {
  /** A name on the `PATH`, or an absolute path. Default `claude`. */
  readonly command?: string;
  /** What agents with workspace access may use besides reading and editing there. Default `['Bash']`. */
  readonly allowedTools?: readonly string[];
  /** Lets the repository's own settings, hooks and MCP servers run, whoever wrote them. Default false. */
  readonly dangerouslyRunRepositoryHooks?: boolean;
  /** Runs agents with workspace access without any question of permission. Default false. */
  readonly dangerouslySkipPermissions?: boolean;
  /** Where the allowed variables are taken from. Default: the environment of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly system?: System;
}

/** The options with nothing left open. */
export type Setup = Required<ClaudeOptions>;

export function setupOf(options: ClaudeOptions): Setup {
  return {
    command: 'claude',
    allowedTools: ['Bash'],
    dangerouslyRunRepositoryHooks: false,
    dangerouslySkipPermissions: false,
    environment: process.env,
    system,
    ...options,
  };
}
