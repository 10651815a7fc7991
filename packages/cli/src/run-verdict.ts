import { BacklogError } from '@backlog-runner/contracts';
import type { RunSummary } from '@backlog-runner/runner';
import { EXIT } from './exit-code.ts';

/** An agent that could not run. */
export interface StoppedProvider {
  readonly provider: string;
  readonly message: string;
  readonly hint: string;
}

export interface RunFacts {
  readonly summary: RunSummary;
  /** Tasks the run was about that are still to be done. */
  readonly left: number;
  readonly stopped: readonly StoppedProvider[];
  readonly interruptedWith: number | undefined;
}

/**
 * The exit code of a run. Throws `NO_PROVIDER_READY` when nothing was done because no agent that was needed could run.
 */
export function runVerdict({ summary, left, stopped, interruptedWith }: RunFacts): number {
  if (interruptedWith !== undefined) return interruptedWith;
  const { landed, failed, held, setAside, halted } = summary;
  if (stopped.length > 0 && left > 0 && landed.length + failed.length + held.length === 0) {
    const names = stopped.map(({ provider }) => provider).join(' and ');
    throw new BacklogError('NO_PROVIDER_READY', `Nothing was done: ${names} cannot run.`, {
      hint: stopped.map(({ hint }) => hint).join('\n'),
      details: { stopped },
    });
  }
  const isStuck = halted || setAside.length > 0;
  const isAllDone = !isStuck && failed.length === 0 && held.length === 0 && (stopped.length === 0 || left === 0);
  return isAllDone ? EXIT.ok : EXIT.unsuccessful;
}
