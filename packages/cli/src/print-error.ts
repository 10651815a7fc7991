import { stripVTControlCharacters } from 'node:util';
import { isBacklogError } from '@backlog-runner/contracts';
import { painter, usesColour } from './colour.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Says what went wrong and what to do about it. A stack is for bugs, and for those who set BACKLOG_RUNNER_DEBUG.
 * Answers with the exit code.
 */
export function printError(error: unknown, surroundings: Pick<Surroundings, 'stderr' | 'environment'>): number {
  const { environment, stderr } = surroundings;
  const paint = painter(usesColour(environment, stderr));
  const debug = Boolean(environment.BACKLOG_RUNNER_DEBUG);
  if (isBacklogError(error)) {
    const [first = '', ...rest] = error.message.split('\n');
    const lines = [`${paint('red', 'error')} ${first} ${paint('dim', `[${error.code}]`)}`, ...rest];
    if (typeof error.details.output === 'string') lines.push(indented(error.details.output));
    if (error.hint) lines.push(...error.hint.split('\n').map((line) => `${paint('cyan', '→')} ${line}`));
    if (debug) lines.push(stackOf(error));
    stderr.write(`${lines.join('\n')}\n`);
    return exitCodeOf(error.code) ?? EXIT.environment;
  }
  const ask = 'This is a bug in backlog-runner. Please report it with the text above.';
  stderr.write(`${paint('red', 'bug')} ${stackOf(error)}\n${paint('cyan', '→')} ${ask}\n`);
  return EXIT.bug;
}

/** What a command printed before it failed. */
function indented(output: string): string {
  return stripVTControlCharacters(output).trimEnd().replaceAll(/^/gm, '  ');
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by ${stackOf(error.cause)}`;
}
