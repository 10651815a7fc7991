import type {
  AgentAnswer,
  AgentProvider,
  AttemptId,
  AttemptResult,
  KeptLease,
  RetainedAttempt,
  RunId,
  SessionId,
  TaskId,
  Workspace,
} from '@backlog-runner/contracts';
import type { Decision } from './decide.ts';
import type { Emit } from './emit.ts';
import type { RunnerParts } from './parts.ts';
import type { RunnerPolicy } from './policy.ts';

/** What everything that a run does shares: its attempts, its looks, and cleaning up after others. */
export interface AttemptContext {
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

export type Start = Extract<Decision, { kind: 'start' }>;

/** What the prompt needs from the task's and its dependencies' past. */
export interface Background {
  readonly dependencyNotes: readonly { readonly task: string; readonly notes: readonly string[] }[];
  readonly recentNotes: readonly { readonly task: string; readonly notes: readonly string[] }[];
  readonly earlierFailures: readonly string[];
}

/** One attempt while it goes on. */
export interface Attempt {
  readonly context: AttemptContext;
  readonly decision: Start;
  readonly background: Background;
  readonly id: AttemptId;
  readonly lease: KeptLease;
  readonly provider: AgentProvider;
  readonly workspace: Workspace;
  /** Aborted when the run drains or the lease is lost. */
  readonly signal: AbortSignal;
  readonly instructions: string;
  turn: number;
  session?: SessionId;
  retained?: RetainedAttempt;
  answer?: AgentAnswer;
}

export interface EndedAttempt {
  readonly attempt: AttemptId;
  readonly result: AttemptResult;
  readonly summary?: string;
  readonly notes: readonly string[];
}
