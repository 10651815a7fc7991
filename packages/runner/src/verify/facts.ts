import type {
  AttemptId,
  CommitId,
  EpochMs,
  JournalEntry,
  LandedCommit,
  LandedPlan,
  Lease,
  RunId,
  Task,
  TaskId,
  TaskState,
} from '@backlog-runner/contracts';

/** Everything the promises are checked against, as it was read: plain data, so that a check can be repeated. */
export interface VerifyFacts {
  readonly now: EpochMs;
  /** The full name of the target branch. */
  readonly branch: string;
  readonly entries: readonly JournalEntry[];
  /** Lines of the journal that could not be read. */
  readonly damagedLines: number;
  readonly tasks: readonly Task[];
  /** All live leases, after everything else was read. */
  readonly leases: readonly Lease[];
  /** Those before the journal and the tasks were read, but after the landings: what they cover was under way then. */
  readonly earlierLeases: readonly Lease[];
  /** What the fence refs hold; NaN where that is no fence. */
  readonly fences: ReadonlyMap<TaskId, number>;
  /** What landed on the branch, newest first. */
  readonly landings: readonly LandingFacts[];
  /** The plans that landed on the branch, newest first. */
  readonly plans: readonly PlanFacts[];
  /** What became of everything the journal says was retained. */
  readonly retained: readonly RetainedFacts[];
  /** The tasks whose file on disk arrives with the branch, so that it says what is true. */
  readonly broughtFiles: ReadonlySet<TaskId>;
  /** Commits of landings that began and of which nobody noted whether they ended. */
  readonly landingsBegun: readonly CommitId[];
  /** The attempt whose work the user's own checkout shows, without worktrees. */
  readonly borrower: AttemptId | undefined;
  readonly worktrees: readonly WorktreeFacts[];
  /** Living processes that carry a run's mark. */
  readonly processes: readonly { readonly run: RunId; readonly pid: number }[];
}

export interface LandingFacts extends LandedCommit {
  readonly parents: readonly CommitId[];
  /** Whether git made it from another commit, as by a cherry-pick or a rebase. */
  readonly isCopied: boolean;
  /** The paths of the project that it changes. */
  readonly paths: readonly string[];
  /** Those of them that no task of this kind may change. Absent: the task is not known as it was then. */
  readonly protectedPaths?: readonly string[];
  /** The task's own file as the commit holds it. Absent: it holds none. */
  readonly taskFile?: { readonly path: string; readonly state: TaskState; readonly before?: TaskState };
  /** The paths on which it differs from the tree that passed. Absent: no such tree is recorded, or git removed it. */
  readonly sinceValidated?: readonly string[];
  /** A tree passed, but git has removed it since. */
  readonly validatedTreeIsGone: boolean;
  /** Claims of the task under a larger fence, made for the same branch, and whether their base holds this landing. */
  readonly laterClaims: readonly { readonly attempt: AttemptId; readonly holdsLanding: boolean }[];
}

export interface PlanFacts extends LandedPlan {
  readonly parents: readonly CommitId[];
  /** The paths of the project that it changes. */
  readonly paths: readonly string[];
}

export interface RetainedFacts {
  readonly attempt: AttemptId;
  readonly ref: string;
  readonly commit: CommitId;
  /** `unreachable`: the commit is there, but its ref does not hold it. */
  readonly standing: 'kept' | 'unreachable' | 'missing';
}

export interface WorktreeFacts {
  readonly name: string;
  readonly state: 'preparing' | 'open' | 'left' | 'free' | 'unknown';
  readonly attempt?: AttemptId;
}
