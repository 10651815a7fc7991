import type { Backlog, EpochMs, History, Lease, RunId, TaskId } from '@backlog-runner/contracts';

/** Everything a decision is made from, as it was at one moment. Never changed once made. */
export interface Snapshot {
  readonly run: RunId;
  readonly now: EpochMs;
  readonly backlog: Backlog;
  readonly history: History;
  /** All live leases, of every runner. */
  readonly leases: readonly Lease[];
  /** The tasks this runner is working on. */
  readonly working: ReadonlySet<TaskId>;
  /** Tasks this runner leaves alone until then: a held landing it has just tried, or one it has set aside. */
  readonly restingUntil: ReadonlyMap<TaskId, EpochMs>;
}

/** Never in this run. */
export const SET_ASIDE: EpochMs = Number.POSITIVE_INFINITY as EpochMs;
