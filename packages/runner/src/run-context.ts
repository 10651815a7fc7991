import type { RunId, TaskId } from '@backlog-runner/contracts';
import type { Emit } from './emit.ts';
import type { RunnerParts } from './parts.ts';
import type { RunnerPolicy } from './policy.ts';

/** What everything that a run does shares: its attempts, its looks, and cleaning up after others. */
export interface RunContext {
  readonly run: RunId;
  readonly parts: RunnerParts;
  readonly policy: RunnerPolicy;
  readonly emit: Emit;
  /** Aborted when the run drains. */
  readonly drain: AbortSignal;
  /** Begins draining, because of something that only a person can put right. */
  readonly halt: (reason: string) => void;
  /** This run does not touch the task any more: only a person can remove what is in the way. */
  readonly setAside: (task: TaskId) => void;
}
