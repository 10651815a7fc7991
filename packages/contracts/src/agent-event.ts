import type { EpochMs, SessionId } from './ids.ts';

/**
 * What an agent run consumed, as running totals of this run alone (earlier runs of a resumed session are not counted
 * again). Undefined means not reported; zero means zero.
 */
export interface Usage {
  readonly inputTokens?: number;
  readonly cachedInputTokens?: number;
  readonly outputTokens?: number;
  readonly costUsd?: number;
  readonly turns?: number;
}

/** Why an agent run did not complete. What to do about it is decided in one place, by the runner. */
export type AgentFailure =
  /** The vendor asks to wait. `retryAt` when it said until when. */
  | { readonly kind: 'rate-limited'; readonly message: string; readonly retryAt?: EpochMs }
  /** `unauthenticated`: sign in first. `unavailable`: not installed, no network, or the vendor is down. */
  | {
      readonly kind: 'unauthenticated' | 'unavailable' | 'turn-limit' | 'invalid-output' | 'context-overflow' | 'other';
      readonly message: string;
      /** What a person can do about it, such as a command to type. */
      readonly hint?: string;
    }
  | { readonly kind: 'timed-out'; readonly message: string; readonly limit: 'idle' | 'total' }
  | {
      readonly kind: 'crashed';
      readonly message: string;
      readonly exitCode: number | null;
      readonly signal: string | null;
    };

/** How an agent run ended. */
export type AgentOutcome =
  /** The agent said it was done. `output` is its structured answer when a schema was asked for and the answer parses. */
  | { readonly status: 'completed'; readonly text: string; readonly output?: unknown }
  | { readonly status: 'failed'; readonly failure: AgentFailure }
  /** The caller's signal ended it. */
  | { readonly status: 'aborted' };

export type AgentEvent =
  /** The id by which the run can be resumed. Comes before any work is done. */
  | { readonly type: 'session'; readonly session: SessionId }
  | { readonly type: 'message'; readonly text: string }
  /** `summary` is one line for people. */
  | {
      readonly type: 'tool';
      readonly phase: 'started' | 'ended';
      readonly name: string;
      readonly summary: string;
      readonly ok?: boolean;
    }
  | { readonly type: 'file'; readonly path: string; readonly change: 'added' | 'modified' | 'deleted' }
  | { readonly type: 'usage'; readonly usage: Usage }
  | { readonly type: 'warning'; readonly message: string }
  /** One record of the vendor's own stream, for the transcript. */
  | { readonly type: 'native'; readonly record: unknown }
  /** The last one, exactly once. No process of the run is left when it arrives. */
  | { readonly type: 'run.ended'; readonly outcome: AgentOutcome; readonly usage: Usage };
