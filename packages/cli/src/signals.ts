import type { Cancel } from '@backlog-runner/contracts';
import { EXIT } from './exit-code.ts';
import type { StopSignal, Surroundings } from './surroundings.ts';

export interface Interruption {
  /** Aborted by the first signal. */
  readonly drain: AbortSignal;
  /** The exit code the first signal asks for; undefined while there was none. */
  code(): number | undefined;
  readonly end: Cancel;
}

/** The first signal drains; the second calls `immediately` and exits without waiting for anything else. */
export function interruption(
  { onSignal, exit }: Pick<Surroundings, 'onSignal' | 'exit'>,
  { drained, immediately }: { readonly drained: () => void; readonly immediately: () => Promise<unknown> },
): Interruption {
  const drain = new AbortController();
  let code: number | undefined;
  let isEnding = false;
  const end = onSignal((signal) => {
    if (code === undefined) {
      code = exitCodeFor(signal);
      drain.abort(`it was interrupted by ${signal}`);
      drained();
      return;
    }
    if (isEnding) return;
    isEnding = true;
    const last = exitCodeFor(signal);
    immediately().finally(() => exit(last));
  });
  return { drain: drain.signal, code: () => code, end };
}

function exitCodeFor(signal: StopSignal): number {
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
}
