import type { AgentFailure, Usage } from './agent-event.ts';
import type { AgentRole } from './agent-provider.ts';
import type { AttemptId, CommitId, EpochMs, Fence, RunId, SessionId, TaskId, TreeId } from './ids.ts';
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
  | { readonly type: 'task.added'; readonly task: TaskId; readonly title: string }
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
