import type { AgentFailure, AttemptResult, EpochMs, ProviderHistory } from '@backlog-runner/contracts';
import { growingPause } from './growing-pause.ts';
import type { RunnerPolicy } from './policy.ts';

/** What follows from how an attempt ended, for its task and its provider. */
export interface Consequences {
  /** Whether a try is used up. */
  readonly counts: boolean;
  /** The task rests until then. */
  readonly deferUntil?: EpochMs;
  /** The task is out of tries. */
  readonly failed?: string;
  /** Nothing is started with the provider until then. */
  readonly pauseUntil?: EpochMs;
  /** Nothing more is started with the provider in this run. */
  readonly stopProvider?: {
    readonly reason: 'not-signed-in' | 'unusable';
    readonly message: string;
    readonly hint: string;
  };
}

export interface AttemptEnd {
  readonly result: AttemptResult;
  readonly tryNumber: number;
  readonly provider: string;
  readonly providerHistory: ProviderHistory;
  readonly now: EpochMs;
  /** Evenly distributed in [0, 1): spreads the pauses of several runners. */
  readonly jitter: number;
}

/** A provider that is not available is asked again this often, with growing pauses, before the run gives it up. */
const MOST_BLIND_PAUSES = 8;

export function consequencesOf(end: AttemptEnd, policy: RunnerPolicy): Consequences {
  const { result } = end;
  switch (result.status) {
    case 'landed':
    case 'held':
    case 'interrupted':
    case 'cancelled':
      return { counts: false };
    case 'agent-failed':
      return afterFailure(end, result.failure, policy);
    default:
      return failedTry(end, policy, result.reason);
  }
}

function afterFailure(end: AttemptEnd, failure: AgentFailure, policy: RunnerPolicy): Consequences {
  switch (failure.kind) {
    case 'rate-limited':
      return pauseFor(end, policy, failure.retryAt);
    case 'unavailable':
      return pauseOrStop(end, policy, failure);
    case 'unauthenticated':
      return { counts: false, stopProvider: { reason: 'not-signed-in', ...stopWords(end, failure) } };
    default:
      return failedTry(end, policy, failure.message);
  }
}

function failedTry({ tryNumber, now }: AttemptEnd, policy: RunnerPolicy, reason: string): Consequences {
  if (tryNumber >= policy.maxTries) return { counts: true, failed: reason };
  return { counts: true, deferUntil: (now + growingPause(policy.backoff, tryNumber - 1)) as EpochMs };
}

function pauseFor(end: AttemptEnd, policy: RunnerPolicy, retryAt: EpochMs | undefined): Consequences {
  if (retryAt !== undefined && retryAt > end.now) return { counts: false, pauseUntil: retryAt };
  const pause = growingPause(policy.providerBackoff, end.providerHistory.pausesInARow);
  return { counts: false, pauseUntil: Math.ceil(end.now + pause * (0.75 + end.jitter / 2)) as EpochMs };
}

function pauseOrStop(
  end: AttemptEnd,
  policy: RunnerPolicy,
  failure: { readonly message: string; readonly hint?: string },
): Consequences {
  return end.providerHistory.pausesInARow < MOST_BLIND_PAUSES
    ? pauseFor(end, policy, undefined)
    : { counts: false, stopProvider: { reason: 'unusable', ...stopWords(end, failure) } };
}

function stopWords(
  { provider }: AttemptEnd,
  { message, hint }: { readonly message: string; readonly hint?: string },
): { message: string; hint: string } {
  return { message, hint: hint ?? `check that \`${provider}\` works in a terminal, then start again` };
}
