import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { allowedEnvironment, BASE_ENVIRONMENT_NAMES, runProcess } from '@backlog-runner/subprocess';
import { lineInStack } from './load-config.ts';
import type { Surroundings } from './surroundings.ts';

const LONGEST_MS = 10_000;

/** Asks Node for the line of a syntax error, which it tells only on standard error. */
export async function locateSyntaxError(
  file: string,
  { node, environment }: Pick<Surroundings, 'node' | 'environment'>,
): Promise<number | undefined> {
  const { stderr } = await runProcess({
    command: node,
    args: ['--check', file],
    cwd: dirname(file),
    environment: allowedEnvironment(environment, { names: BASE_ENVIRONMENT_NAMES }),
    totalMs: LONGEST_MS,
  });
  return lineInStack(stderr, pathToFileURL(file).href) ?? lineInStack(stderr, file);
}
