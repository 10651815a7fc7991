import type { RunId, TaskId } from '@backlog-runner/contracts';
import type { RunnerParts } from './parts.ts';
import type { RunnerPolicy } from './policy.ts';

export interface RunSummary {
  readonly run: RunId;
  readonly landed: readonly TaskId[];
  readonly failed: readonly TaskId[];
  readonly held: readonly TaskId[];
  /** Why it ended, as a sentence. */
  readonly reason: string;
}

export interface Runner {
  readonly run: RunId;
  /**
   * Works until nothing can move (`policy.once`) or until `drain` is aborted: then agents are stopped, their work is
   * kept, leases are released. Resolves when nothing of this run is left.
   */
  work(options: { readonly drain: AbortSignal }): Promise<RunSummary>;
}

export interface RunnerIdentity {
  readonly version: string;
  readonly host: string;
}

export function createRunner(_parts: RunnerParts, _policy: RunnerPolicy, _identity: RunnerIdentity): Runner {
  throw new Error('not written yet');
}
