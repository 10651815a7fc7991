import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BacklogError } from '@backlog-runner/contracts';

export const CONFIG_NAME = 'backlog.config.mjs';
/** Below the project directory; git-ignored. */
export const STATE_NAME = '.backlog-runner';

/** The directories of a project, absolute. */
export interface Project {
  /** Holds the config: what all paths of the backlog are relative to. */
  readonly directory: string;
  readonly configFile: string;
  readonly stateDirectory: string;
}

/**
 * The project a directory belongs to: the nearest one upward that holds a config, not beyond the repository's top.
 * Throws `NOT_A_REPOSITORY` or `CONFIG_MISSING`.
 */
export function findProject(directory: string): Project {
  const top = findRepository(directory);
  for (const candidate of upward(directory, top)) {
    const configFile = join(candidate, CONFIG_NAME);
    if (existsSync(configFile)) {
      return { directory: candidate, configFile, stateDirectory: join(candidate, STATE_NAME) };
    }
  }
  throw new BacklogError('CONFIG_MISSING', `There is no ${CONFIG_NAME} in ${directory} or above it, up to ${top}.`, {
    hint: 'Type `npx backlog-runner init` to set up a backlog here.',
    details: { directory, top },
  });
}

/** The top directory of the repository a directory belongs to. Throws `NOT_A_REPOSITORY`. */
export function findRepository(directory: string): string {
  for (const candidate of upward(directory)) if (existsSync(join(candidate, '.git'))) return candidate;
  throw new BacklogError('NOT_A_REPOSITORY', `${directory} is in no git repository.`, {
    hint: 'Type `git init` to make one.',
    details: { directory },
  });
}

/** A directory and those above it, nearest first, up to and including `top`. */
export function* upward(directory: string, top?: string): Generator<string> {
  for (let current = directory; ; current = dirname(current)) {
    yield current;
    if (current === top || current === dirname(current)) return;
  }
}
