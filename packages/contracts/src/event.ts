import type { AgentFailure, Usage } from './agent-event.ts';
import type { AgentRole } from './agent-provider.ts';
import type { AttemptId, CommitId, EpochMs, Fence, InquiryId, RunId, SessionId, TaskId, TreeId } from './ids.ts';
import type { PlanProposal } from './planner.ts';
import type { RepoPath } from './repo-path.ts';
import type { Candidate, TaskSource } from './task.ts';
import type { Finding } from './validation.ts';

/** How an attempt ended. */
export type AttemptResult =
  | { readonly status: 'landed'; readonly commit: CommitId }
  /** Validated, but the user's checkout stands in the way. The landing is tried again by itself. */
  | { readonly status: 'held'; readonly reason: string; readonly paths: readonly string[] }
  /** Validation, or a rule about what an attempt may change, said no. */
  | {
      readonly status: 'refused';
      readonly by: 'validation' | 'protected-paths' | 'no-changes' | 'invalid-answer' | 'conflict' | 'escape';
      readonly reason: string;
    }
  /** The agent said that the task cannot be done as asked. */
  | { readonly status: 'blocked'; readonly reason: string }
  | { readonly status: 'agent-failed'; readonly failure: AgentFailure }
  /** The validation, or the machine, gave no answer. */
  | { readonly status: 'inconclusive'; readonly reason: string }
  /** Cut off by a stop, a lost lease or the death of its runner. Says nothing about the task; goes on where it was. */
  | { readonly status: 'interrupted'; readonly reason: string }
  /** Overtaken: the task was changed, taken away or claimed by another while the agent worked. */
  | { readonly status: 'cancelled'; readonly reason: string };

/** How a look of the planner ended. */
export type PlanOutcome =
  | {
      readonly status: 'landed';
      /** Absent: git does not hold the backlog, so it was written to files. */
      readonly commit?: CommitId;
      readonly superseded: readonly TaskId[];
      readonly children: readonly TaskId[];
      readonly summary: string;
    }
  /** The plan is good, but the user's checkout stands in the way. It is tried again by itself, without an agent. */
  | {
      readonly status: 'held';
      readonly reason: string;
      readonly paths: readonly string[];
      readonly proposal: PlanProposal;
    }
  /** The plan is kept for a person to accept or to reject. */
  | { readonly status: 'proposed'; readonly summary: string }
  | LookFailure
  /** Overtaken: a parent was changed or taken away meanwhile. */
  | { readonly status: 'cancelled'; readonly reason: string };

/** How a look of a pass ended. What becomes of its candidates is told candidate by candidate. */
export type PassOutcome = { readonly status: 'found'; readonly proposed: number } | LookFailure;

export type LookFailure =
  /** The answer broke the form or a rule, or something was changed where nothing may be. */
  | { readonly status: 'refused'; readonly reason: string }
  | { readonly status: 'agent-failed'; readonly failure: AgentFailure }
  /** The machine gave no answer. */
  | { readonly status: 'inconclusive'; readonly reason: string }
  | { readonly status: 'interrupted'; readonly reason: string };

/** What a plan writes to files when no commit can bring it: enough for another runner to finish it. */
export interface PlanWriting {
  readonly supersedes: readonly { readonly parent: TaskId; readonly children: readonly TaskId[] }[];
  readonly children: readonly { readonly id: TaskId; readonly candidate: Candidate }[];
  readonly summary: string;
}

/** Everything that is recorded. All that is shown about a backlog's past is a fold over these. */
export type BacklogEvent =
  | {
      readonly type: 'run.started';
      readonly version: string;
      readonly workers: number;
      readonly branch: string;
      readonly host: string;
    }
  | { readonly type: 'run.stop-requested'; readonly runs: readonly RunId[] }
  | { readonly type: 'run.ended'; readonly reason: string }
  /** Another run died. Its processes were ended and its attempts closed. */
  | { readonly type: 'run.recovered'; readonly of: RunId; readonly processes: number }
  | {
      readonly type: 'attempt.started';
      readonly attempt: AttemptId;
      readonly task: TaskId;
      readonly fence: Fence;
      readonly tryNumber: number;
      readonly role: AgentRole;
      readonly provider: string;
      readonly model?: string;
      readonly base: CommitId;
      /** What the task asked for then, as `questionOf` gives it. */
      readonly question: string;
      /** The interrupted attempt whose session and work this one goes on with. */
      readonly resumes?: AttemptId;
    }
  /** Its workspace is ready. */
  | { readonly type: 'attempt.prepared'; readonly attempt: AttemptId; readonly workspace: string }
  | { readonly type: 'attempt.session'; readonly attempt: AttemptId; readonly session: SessionId }
  /** The latest sign of life, at most one every few seconds. */
  | { readonly type: 'attempt.progress'; readonly attempt: AttemptId; readonly text: string }
  | { readonly type: 'attempt.usage'; readonly attempt: AttemptId; readonly usage: Usage }
  | {
      readonly type: 'attempt.retained';
      readonly attempt: AttemptId;
      readonly ref: string;
      readonly commit: CommitId;
      readonly base: CommitId;
      readonly files: number;
      /** Names of what it left that is not kept, such as files that git ignores. */
      readonly notKept?: readonly string[];
    }
  | {
      readonly type: 'attempt.validated';
      readonly attempt: AttemptId;
      readonly profile: string;
      /** Exactly what was judged: the attempt's work on top of the branch. */
      readonly tree: TreeId;
      readonly result: 'passed' | 'refused' | 'inconclusive';
      readonly findings?: readonly Finding[];
      readonly reason?: string;
    }
  /** The agent goes on in its own session: it was told what failed. */
  | {
      readonly type: 'attempt.returned';
      readonly attempt: AttemptId;
      readonly turn: number;
      readonly because:
        | 'validation'
        | 'protected-paths'
        | 'conflict'
        | 'invalid-answer'
        | 'interruption'
        | 'lost-session';
    }
  | {
      readonly type: 'attempt.ended';
      readonly attempt: AttemptId;
      readonly task: TaskId;
      readonly result: AttemptResult;
      /** Whether it uses up one of the task's tries. */
      readonly counts: boolean;
      /** What the agent said it did. */
      readonly summary?: string;
      /** The agent's notes for later tasks. */
      readonly notes?: readonly string[];
    }
  /** What was retained of it is not kept any longer: `gc` removed the ref. */
  | { readonly type: 'attempt.collected'; readonly attempt: AttemptId; readonly ref: string }
  | {
      readonly type: 'task.landed';
      readonly task: TaskId;
      readonly attempt: AttemptId;
      readonly commit: CommitId;
      readonly branch: string;
    }
  | { readonly type: 'task.deferred'; readonly task: TaskId; readonly until: EpochMs; readonly reason: string }
  | { readonly type: 'task.failed'; readonly task: TaskId; readonly reason: string }
  | { readonly type: 'task.added'; readonly task: TaskId; readonly title: string; readonly source?: TaskSource }
  /** A look of the planner at these tasks began. */
  | {
      readonly type: 'plan.started';
      readonly inquiry: InquiryId;
      /** With what each asked for then, as `questionOf` gives it. */
      readonly parents: readonly { readonly id: TaskId; readonly question: string }[];
      readonly fence: Fence;
      readonly base: CommitId;
      readonly provider: string;
      readonly model?: string;
    }
  /**
   * A plan is about to be applied: one just made, or one that was held or proposed, whose look goes on with this. If its
   * runner dies, another one can tell from this whether it was, and finish it.
   */
  | ({ readonly type: 'plan.writing'; readonly inquiry: InquiryId; readonly fence: Fence } & PlanWriting)
  | {
      readonly type: 'plan.ended';
      readonly inquiry: InquiryId;
      readonly parents: readonly TaskId[];
      readonly outcome: PlanOutcome;
      /** Whether it uses up one of its parents' tries. */
      readonly counts: boolean;
      readonly usage?: Usage;
    }
  /** A person did not want the plan. */
  | {
      readonly type: 'plan.rejected';
      readonly inquiry: InquiryId;
      readonly parents: readonly TaskId[];
      readonly reason: string;
    }
  /** The planner does not look at the task any more: a person must. */
  | { readonly type: 'plan.left'; readonly task: TaskId; readonly question: string; readonly reason: string }
  | {
      readonly type: 'pass.started';
      readonly inquiry: InquiryId;
      readonly pass: string;
      readonly fence: Fence;
      readonly base: CommitId;
      /** Absent: it asks no agent. */
      readonly provider?: string;
      readonly model?: string;
    }
  | {
      readonly type: 'pass.ended';
      readonly inquiry: InquiryId;
      readonly pass: string;
      readonly outcome: PassOutcome;
      /** Whether the pass has had its turn. */
      readonly counts: boolean;
      readonly usage?: Usage;
    }
  /** The latest sign of life of a plan or a pass, at most one every few seconds. */
  | { readonly type: 'inquiry.progress'; readonly inquiry: InquiryId; readonly text: string }
  /** A candidate did not become a task. */
  | {
      readonly type: 'candidate.rejected';
      readonly title: string;
      readonly reason: string;
      readonly source: TaskSource;
      readonly duplicateOf?: TaskId;
      readonly touchPaths?: readonly RepoPath[];
      readonly acceptanceCriteria?: readonly string[];
      /** Nothing was wrong with it but that there were too many. */
      readonly mayComeAgain?: true;
    }
  | { readonly type: 'inbox.rejected'; readonly line: number; readonly message: string; readonly keptIn?: string }
  | { readonly type: 'inbox.duplicate'; readonly line: number; readonly title: string; readonly of: TaskId }
  /** Nothing is started with this provider before `until`. */
  | { readonly type: 'provider.paused'; readonly provider: string; readonly until: EpochMs; readonly reason: string }
  /** Nothing more is started with this provider in this run. */
  | {
      readonly type: 'provider.stopped';
      readonly provider: string;
      readonly reason: 'not-installed' | 'not-signed-in' | 'unusable';
      readonly message: string;
      readonly hint: string;
    }
  | { readonly type: 'warning'; readonly message: string };

/** An event as it was recorded. Entries of one run are ordered by `seq`; across runs by time, then run. */
export type JournalEntry = BacklogEvent & {
  readonly at: EpochMs;
  readonly run: RunId;
  readonly seq: number;
};
