import type { AgentRequest, SessionId } from '@backlog-runner/contracts';
import { markFor, type ProcessSpec } from '@backlog-runner/subprocess';
import { commandLine } from './command-line.ts';
import { claudeEnvironment, unattendedSettings } from './environment.ts';
import type { Setup } from './options.ts';
import type { RunFiles } from './run-files.ts';

export interface SpecInput {
  readonly files: RunFiles;
  readonly request: AgentRequest;
  readonly session: SessionId;
  readonly setup: Setup;
  readonly signal: AbortSignal | undefined;
}

/** What is started for a request: the command line, its environment and its limits. */
export function processSpec({ files, request, session, setup, signal }: SpecInput): ProcessSpec {
  const { temporary, systemPromptFile } = files;
  const input = { request, settings: setup, session };
  const { args, stdin } = commandLine(systemPromptFile === undefined ? input : { ...input, systemPromptFile });
  const environment = claudeEnvironment(setup.environment);
  return {
    command: setup.command,
    args,
    cwd: request.directory,
    environment: {
      ...environment,
      ...unattendedSettings(environment, request.limits.toolMs),
      ...request.environment,
      ...{ TMPDIR: temporary, TMP: temporary, TEMP: temporary },
    },
    input: stdin,
    mark: markFor(request.origin.run, setup.system),
    idleMs: request.limits.idleMs,
    totalMs: request.limits.totalMs,
    stopSignal: 'SIGINT',
    ...(signal === undefined ? {} : { signal }),
  };
}
