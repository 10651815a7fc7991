import type { RequestError, StopReason } from '@agentclientprotocol/sdk';
import { type AgentFailure, type EpochMs, retryAtIn } from '@backlog-runner/contracts';
import type { AgentEnd } from './agent-process.ts';
import { oneLine } from './untrusted.ts';

const AUTHENTICATION_REQUIRED = -32000;

/** In this order: a limit may be reported with words that fit a later kind too. */
const WORDS: readonly [
  AgentFailure['kind'] & ('rate-limited' | 'unauthenticated' | 'context-overflow' | 'unavailable'),
  RegExp,
][] = [
  ['rate-limited', /rate[ _-]?limit|usage[ _]limit|quota|too many requests|\b429\b/i],
  ['unauthenticated', /unauthori[sz]ed|not (logged|signed) in|api[ _]key|\b401\b/i],
  ['context-overflow', /context (window|length)|prompt is too long/i],
  ['unavailable', /overloaded|at capacity|connection (refused|reset)|timed out|ECONN|ENOTFOUND|\b(500|502|503|529)\b/i],
];

/** Why a request failed, by the error the agent answered it with: its code first, then its words. */
export function failureOfError(error: RequestError, now: EpochMs, command: string): AgentFailure {
  const message = oneLine([error.message, ...details(error.data)].join(': '), 500);
  // Addresses hold numbers that look like a status.
  const words = message.replace(/\b[a-z]+:\/\/\S+/gi, '');
  const kind = error.code === AUTHENTICATION_REQUIRED ? 'unauthenticated' : kindOf(words);
  switch (kind) {
    case 'rate-limited': {
      const retryAt = retryAtIn(message, now);
      return retryAt === undefined ? { kind, message } : { kind, message, retryAt };
    }
    case 'unauthenticated':
      return { kind, message, hint: `Sign in with the agent itself: ${command}` };
    default:
      return { kind, message };
  }
}

const kindOf = (words: string) => WORDS.find(([, pattern]) => pattern.test(words))?.[0] ?? 'other';

const details = (data: unknown): string[] =>
  data === undefined || data === null ? [] : [typeof data === 'string' ? data : JSON.stringify(data)];

/** Why a turn that ended is no success. */
export function failureOfStop(reason: Exclude<StopReason, 'end_turn'>): AgentFailure {
  switch (reason) {
    case 'max_turn_requests':
      return { kind: 'turn-limit', message: 'The agent reached the number of requests it may make in a turn.' };
    case 'max_tokens':
      return { kind: 'context-overflow', message: 'The agent ran out of tokens.' };
    case 'refusal':
      return { kind: 'other', message: 'The agent refused.' };
    case 'cancelled':
      return { kind: 'other', message: 'The agent says that it was cancelled; nobody did.' };
  }
}

export function failureOfEnd({ exitCode, signal, lastWords }: AgentEnd): AgentFailure {
  const message = oneLine(lastWords, 500) || 'The agent ended in the middle of its work.';
  return { kind: 'crashed', message, exitCode, signal };
}
