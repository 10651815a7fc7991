import type { AgentRequest } from '@backlog-runner/contracts';
import { markFor, type ProcessSpec } from '@backlog-runner/subprocess';
import { commandLine } from './command-line.ts';
import type { CodexEnvironment } from './environment.ts';
import type { Setup } from './options.ts';
import type { RunFiles } from './run-files.ts';

export interface SpecInput {
  readonly files: RunFiles;
  readonly request: AgentRequest;
  readonly setup: Setup;
  readonly environment: CodexEnvironment;
  readonly guidance: readonly string[];
  readonly signal: AbortSignal | undefined;
}

/** What is started for a request: the command line, its environment and its limits. */
export function processSpec({ files, request, setup, environment, guidance, signal }: SpecInput): ProcessSpec {
  const { temporary, schemaFile, directories } = files;
  const hiddenVariables = environment.hidden.filter((name) => !(name in request.environment));
  const input = { request, settings: setup, hiddenVariables, directories, guidance };
  const { args, stdin } = commandLine(schemaFile === undefined ? input : { ...input, schemaFile });
  return {
    command: setup.command,
    args,
    cwd: request.directory,
    environment: {
      ...environment.variables,
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
