import type {
  AgentAnswer,
  AgentProvider,
  AttemptId,
  AttemptResult,
  KeptLease,
  RetainedAttempt,
  SessionId,
  Workspace,
} from '@backlog-runner/contracts';
import type { Background } from './background.ts';
import type { Decision } from './decide.ts';
import type { RunContext } from './run-context.ts';

export type Start = Extract<Decision, { kind: 'start' }>;

/** One attempt while it goes on. */
export interface Attempt {
  readonly context: RunContext;
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
