import { type System, system } from '@backlog-runner/contracts';

export interface CodexOptions {
  /** A name on the `PATH`, or an absolute path. Default `codex`. */
  readonly command?: string;
  /** More `-c key=value` overrides of codex's config, as codex writes them: `model_reasoning_effort="high"`. */
  readonly extraConfig?: readonly string[];
  /** Lets the commands of an agent with workspace access reach the network. Default false. */
  readonly networkAccess?: boolean;
  /** Runs agents with workspace access without codex's sandbox. They may then change anything you may. Default false. */
  readonly dangerouslyBypassSandbox?: boolean;
  /** Lets the repository's own `.codex` folder configure codex; its hooks and servers run outside the sandbox. Default false. */
  readonly dangerouslyTrustRepositoryConfig?: boolean;
  /** Where the allowed variables are taken from. Default: the environment of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly system?: System;
}

/** The options with nothing left open. */
export type Setup = Required<CodexOptions>;

export function setupOf(options: CodexOptions): Setup {
  return {
    command: 'codex',
    extraConfig: [],
    networkAccess: false,
    dangerouslyBypassSandbox: false,
    dangerouslyTrustRepositoryConfig: false,
    environment: process.env,
    system,
    ...options,
  };
}
