import type { Backlog, CommitId, EpochMs, History, Lease, RunId, TaskId } from '@backlog-runner/contracts';

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
  /** The looks at the repository this runner is taking: of the planner, of passes, at held plans. */
  readonly looking: ReadonlySet<string>;
  /** Tasks and looks this runner leaves alone until then: what it has just tried in vain, or a task it has set aside. */
  readonly restingUntil: ReadonlyMap<string, EpochMs>;
  /** The commit the target branch points at. Absent: it cannot be read. */
  readonly head?: CommitId;
}

/** Never in this run. */
export const SET_ASIDE: EpochMs = Number.POSITIVE_INFINITY as EpochMs;
