import { constants } from 'node:os';
import { unreachable } from '@backlog-runner/contracts';
import type { ProcessEnd } from '@backlog-runner/subprocess';

/** What the end of a validation command says about the work. */
export type Verdict =
  | { readonly status: 'passed' }
  | { readonly status: 'refused'; readonly exitCode: number }
  | { readonly status: 'inconclusive'; readonly reason: string };

export function verdictOn(end: ProcessEnd): Verdict {
  switch (end.status) {
    case 'exited':
      return verdictOnExit(end.code);
    case 'killed':
      return inconclusive(`was killed by ${end.signal}`);
    case 'timed-out':
      return inconclusive('took too long');
    case 'aborted':
      return inconclusive('was stopped');
    case 'not-started':
      return inconclusive(`could not be started: ${end.message.replace(/\.$/, '')}`);
    default:
      return unreachable(end);
  }
}

function verdictOnExit(code: number): Verdict {
  if (code === 0) return { status: 'passed' };
  // What every shell answers for a command that is not executable or not found; 9009 is that of cmd.exe.
  if (code === 126 || code === 127 || code === 9009) {
    return inconclusive(`could not be started (exit code ${code})`);
  }
  const signal = signalBehind(code);
  if (signal !== undefined) return inconclusive(`was killed by ${signal} (exit code ${code})`);
  return { status: 'refused', exitCode: code };
}

/**
 * A shell whose child was killed by signal n exits itself with 128 + n. That is often the machine and not the work:
 * 137 is how running out of memory looks. A check that uses such a number as its own answer is not believed either.
 */
function signalBehind(code: number): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => 128 + number === code)?.[0];
}

function inconclusive(reason: string): Verdict {
  return { status: 'inconclusive', reason };
}
