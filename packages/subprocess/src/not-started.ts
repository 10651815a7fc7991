import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { findExecutable } from './find-executable.ts';
import type { ProcessEnd, ProcessSpec } from './process.ts';

type NotStarted = Extract<ProcessEnd, { status: 'not-started' }>;

/** Why a process did not start. The system's own code names a missing directory like a missing command. */
export async function explainNotStarted(spec: ProcessSpec, error: unknown): Promise<NotStarted> {
  const notStarted = (reason: NotStarted['reason'], message: string): NotStarted => ({
    status: 'not-started',
    reason,
    message,
  });
  const problem = await problemOfDirectory(spec.cwd);
  if (problem !== undefined) return notStarted('other', problem);

  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  switch (code) {
    case 'ENOENT':
      return (await isThere(spec))
        ? notStarted('not-executable', `${spec.command} names an interpreter that does not exist.`)
        : notStarted('not-found', `${spec.command} was not found.`);
    case 'EACCES':
    case 'ENOEXEC':
      return notStarted('not-executable', `${spec.command} is not executable.`);
    case 'E2BIG':
      return notStarted('other', `The arguments and environment of ${spec.command} are too long.`);
    default:
      return notStarted('other', `${spec.command} could not be started${code === undefined ? '' : ` (${code})`}.`);
  }
}

async function problemOfDirectory(directory: string): Promise<string | undefined> {
  try {
    if (!(await stat(directory)).isDirectory()) return `${directory} is not a directory.`;
    await access(directory, constants.X_OK);
    return undefined;
  } catch {
    return `The directory ${directory} does not exist or cannot be entered.`;
  }
}

async function isThere({ command, cwd, environment }: ProcessSpec): Promise<boolean> {
  const file = command.includes('/') ? path.resolve(cwd, command) : command;
  return (await findExecutable(file, environment)) !== undefined;
}
