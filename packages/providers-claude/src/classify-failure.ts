import { type AgentFailure, type AgentOutcome, type EpochMs, retryAtIn } from '@backlog-runner/contracts';
import type { ProcessEnd } from '@backlog-runner/subprocess';
import type { ClaudeRun } from './read-event.ts';
import { oneLine, parseLine, textIn } from './record.ts';

export interface EndedRun {
  readonly run: ClaudeRun;
  readonly end: ProcessEnd;
  readonly stderr: string;
  /** The tool that ran for too long, when that is why the run was ended. */
  readonly overrun?: string;
  readonly asksForOutput: boolean;
  readonly now: EpochMs;
}

type Result = Record<string, unknown>;

/** How a run ended. A successful result counts, whatever became of the process afterwards. */
export function outcomeOf(ended: EndedRun): AgentOutcome {
  const { run, end } = ended;
  if (run.result !== undefined && isSuccess(run.result)) return answer(run.result, ended.asksForOutput);
  const stoppedByUs = ended.overrun !== undefined || run.mustWait;
  if (end.status === 'aborted' && !stoppedByUs) return { status: 'aborted' };
  return { status: 'failed', failure: failureOf(ended) };
}

/** claude also says `success` of what failed. */
const isSuccess = (result: Result) => result.subtype === 'success' && result.is_error !== true;

function answer(result: Result, asksForOutput: boolean): AgentOutcome {
  const text = textIn(result.result);
  const output = asksForOutput ? (result.structured_output ?? parsedAnswer(text)) : undefined;
  if (output !== undefined) return { status: 'completed', text, output };
  if (text.trim() !== '') return { status: 'completed', text };
  return { status: 'failed', failure: { kind: 'invalid-output', message: 'claude ended without an answer.' } };
}

const parsedAnswer = (text: string) => parseLine(text.replace(/^\s*```(?:json)?|```\s*$/g, ''));

function failureOf({ run, end, stderr, overrun, now }: EndedRun): AgentFailure {
  if (overrun !== undefined) {
    return { kind: 'timed-out', limit: 'idle', message: `The tool ${overrun} ran for longer than a tool may.` };
  }
  if (run.mustWait) return rateLimited('The vendor asks to wait before the next request.', run, now);
  switch (end.status) {
    case 'not-started':
      return { kind: 'unavailable', message: `claude did not start: ${end.message}`, hint: INSTALL_HINT };
    case 'timed-out':
      return timedOut(end.limit);
    case 'exited':
    case 'killed':
    case 'aborted':
      return run.result === undefined ? silentFailure(run, end, stderr) : classifyResult(run.result, run, now);
  }
}

export const INSTALL_HINT = 'npm install -g @anthropic-ai/claude-code';
export const SIGN_IN_HINT = 'claude auth login';

function timedOut(limit: 'idle' | 'total'): AgentFailure {
  const message =
    limit === 'idle' ? 'claude said nothing for longer than allowed.' : 'claude ran for longer than allowed.';
  return { kind: 'timed-out', limit, message };
}

/** What claude refuses before it begins (flags, privileges) is only on standard error. */
function silentFailure(run: ClaudeRun, end: ProcessEnd, stderr: string): AgentFailure {
  const reason = oneLine(stderr.trim().split('\n').at(-1) ?? '', 500);
  if (!run.begun && end.status === 'exited' && end.code !== 0 && reason !== '')
    return { kind: 'other', message: reason };
  const exitCode = end.status === 'exited' ? end.code : null;
  const signal = end.status === 'killed' ? end.signal : null;
  return { kind: 'crashed', message: reason || 'claude ended without a result.', exitCode, signal };
}

/** Fields first, claude's own words last. Never given anything an agent said. */
function classifyResult(result: Result, run: ClaudeRun, now: EpochMs): AgentFailure {
  const message = messageOf(result);
  return (
    bySubtype(result, message) ??
    byErrorCode(run, result, message, now) ??
    byStatus(result.api_error_status, run, message, now) ??
    byWords(run, message, now)
  );
}

function messageOf(result: Result): string {
  const errors = Array.isArray(result.errors) ? result.errors.filter((error) => typeof error === 'string') : [];
  return textIn(result.result) || errors.join(' ') || `claude ended with ${textIn(result.subtype) || 'an error'}.`;
}

function bySubtype(result: Result, message: string): AgentFailure | undefined {
  switch (result.subtype) {
    case 'error_max_turns':
    case 'error_max_budget_usd':
      return { kind: 'turn-limit', message };
    case 'error_max_structured_output_retries':
      return { kind: 'invalid-output', message };
    default:
      return undefined;
  }
}

function byErrorCode(run: ClaudeRun, result: Result, message: string, now: EpochMs): AgentFailure | undefined {
  switch (run.errorCode) {
    case 'rate_limit':
    case 'billing_error':
      return rateLimited(message, run, now);
    case 'authentication_failed':
    case 'oauth_org_not_allowed':
      return { kind: 'unauthenticated', message, hint: SIGN_IN_HINT };
    case 'server_error':
    case 'overloaded':
      return { kind: 'unavailable', message };
    case 'model_not_found':
      return { kind: 'other', message, hint: 'Choose another model.' };
    case 'invalid_request':
      return tooLong(result, message) ? { kind: 'context-overflow', message } : { kind: 'other', message };
    default:
      return undefined;
  }
}

const tooLong = (result: Result, message: string) =>
  result.terminal_reason === 'prompt_too_long' || /prompt is too long/i.test(message);

function byStatus(status: unknown, run: ClaudeRun, message: string, now: EpochMs): AgentFailure | undefined {
  if (status === 429) return rateLimited(message, run, now);
  if (status === 401 || status === 403) return { kind: 'unauthenticated', message, hint: SIGN_IN_HINT };
  if (typeof status !== 'number') return undefined;
  return { kind: status >= 500 ? 'unavailable' : 'other', message };
}

function byWords(run: ClaudeRun, message: string, now: EpochMs): AgentFailure {
  const words = message.replace(/\b[a-z]+:\/\/\S+/gi, '');
  if (/not logged in|invalid api key|\/login\b/i.test(words)) {
    return { kind: 'unauthenticated', message, hint: SIGN_IN_HINT };
  }
  return /\b429\b|usage limit|hit your limit/i.test(words)
    ? rateLimited(message, run, now)
    : { kind: 'other', message };
}

/** A time that has passed by now says nothing about the next try. */
function rateLimited(message: string, run: ClaudeRun, now: EpochMs): AgentFailure {
  const retryAt = [run.limitedUntil, retryAtIn(message, now)].find((time) => time !== undefined && time > now);
  return { kind: 'rate-limited', message, ...(retryAt === undefined ? {} : { retryAt }) };
}
