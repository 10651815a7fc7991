import { isAbsolute, resolve } from 'node:path';
import type { AgentProvider, System } from '@backlog-runner/contracts';
import type { ClaudeConfig, CodexConfig } from './config.ts';

export interface BuiltInToolsOptions {
  /** Relative programs of the config start here. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly system: System;
}

/** The agents that need no package of their own, each loaded when it is asked for. */
export function builtInTools({
  directory,
  environment,
  system,
}: BuiltInToolsOptions): Readonly<Record<string, (options: object) => Promise<AgentProvider>>> {
  const around = { environment, system };
  return {
    async codex(options: CodexConfig) {
      const { codex } = await import('@backlog-runner/providers-codex');
      return codex({ ...options, ...commandIn(directory, options), ...around });
    },
    async claude(options: ClaudeConfig) {
      const { claude } = await import('@backlog-runner/providers-claude');
      return claude({ ...options, ...commandIn(directory, options), ...around });
    },
  };
}

/** A name is looked up on the `PATH`; anything with a slash is a file. */
function commandIn(directory: string, { command }: { readonly command?: string }): { readonly command?: string } {
  if (command === undefined || isAbsolute(command) || !/[\\/]/.test(command)) return {};
  return { command: resolve(directory, command) };
}
