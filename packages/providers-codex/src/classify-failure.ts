import { type AgentFailure, type AgentOutcome, type EpochMs, retryAtIn } from '@backlog-runner/contracts';
import type { ProcessEnd } from '@backlog-runner/subprocess';
import type { CodexRun } from './read-event.ts';
import { oneLine, parseLine } from './record.ts';

export interface EndedRun {
  readonly run: CodexRun;
  readonly end: ProcessEnd;
  readonly stderr: string;
  /** The tool that ran for too long, when that is why the run was ended. */
  readonly overrun?: string;
  readonly asksForOutput: boolean;
  readonly now: EpochMs;
}

/** How a run ended. A turn that completed counts, whatever became of the process afterwards. */
export function outcomeOf(ended: EndedRun): AgentOutcome {
  const { run, end } = ended;
  if (run.completed && run.failure === undefined && !(end.status === 'exited' && end.code !== 0)) return answer(ended);
  if (end.status === 'aborted' && ended.overrun === undefined) return { status: 'aborted' };
  return { status: 'failed', failure: failureOf(ended) };
}

function answer({ run, asksForOutput }: EndedRun): AgentOutcome {
  const { text } = run;
  if (text.trim() === '') return failed({ kind: 'invalid-output', message: 'codex ended without an answer.' });
  const output = asksForOutput ? parseLine(text.replace(/^\s*```(?:json)?|```\s*$/g, '')) : undefined;
  return { status: 'completed', text, ...(output === undefined ? {} : { output }) };
}

const failed = (failure: AgentFailure): AgentOutcome => ({ status: 'failed', failure });

function failureOf({ run, end, stderr, overrun, now }: EndedRun): AgentFailure {
  if (overrun !== undefined) {
    return { kind: 'timed-out', limit: 'idle', message: `The tool ${overrun} ran for longer than a tool may.` };
  }
  switch (end.status) {
    case 'not-started':
      return { kind: 'unavailable', message: `codex did not start: ${end.message}`, hint: INSTALL_HINT };
    case 'timed-out':
      return timedOut(run, end.limit, now);
    case 'exited':
    case 'killed':
    case 'aborted':
      return run.failure === undefined ? silentFailure(run, end, stderr) : classifyMessage(run.failure, now);
  }
}

export const INSTALL_HINT = 'npm install -g @openai/codex';
export const SIGN_IN_HINT = 'codex login';

/** While it waits out a rate limit codex says nothing; its last notice tells. */
function timedOut(run: CodexRun, limit: 'idle' | 'total', now: EpochMs): AgentFailure {
  const notice = run.notice === undefined ? undefined : classifyMessage(run.notice, now);
  if (notice?.kind === 'rate-limited') return notice;
  const message =
    limit === 'idle' ? 'codex said nothing for longer than allowed.' : 'codex ran for longer than allowed.';
  return { kind: 'timed-out', limit, message };
}

/** What codex refuses before it begins (flags, config, an unknown session) is only on standard error. */
function silentFailure(run: CodexRun, end: ProcessEnd, stderr: string): AgentFailure {
  const lines = stderr.trim().split('\n');
  const reason = oneLine(lines.findLast((line) => /^error\b/i.test(line)) ?? lines.at(-1) ?? '', 500);
  const refused = run.thread === undefined && end.status === 'exited' && end.code !== 0;
  if (refused && reason !== '') return { kind: 'other', message: reason };
  const exitCode = end.status === 'exited' ? end.code : null;
  const signal = end.status === 'killed' ? end.signal : null;
  return { kind: 'crashed', message: reason || 'codex ended without an answer.', exitCode, signal };
}

/** In this order: a limit may be reported with words that fit a later kind too. */
const KINDS: readonly [RegExp, (message: string, now: EpochMs) => AgentFailure][] = [
  [/\b429\b|\brate limit|usage limit|quota exceeded|too many requests/i, rateLimited],
  [/\b40[13]\b|unauthorized|not logged in|missing environment variable|sign in again|log ?in again/i, unauthenticated],
  [/context window|context length|maximum context/i, (message) => ({ kind: 'context-overflow', message })],
  [
    /\b5\d\d\b|at capacity|overloaded|high demand|disconnected|connection (failed|refused|reset)|timed? ?out|timeout|network/i,
    (message) => ({ kind: 'unavailable', message }),
  ],
];

/** Reads codex's own words for why a turn failed. Never given anything an agent said. */
export function classifyMessage(message: string, now: EpochMs): AgentFailure {
  const words = message.replace(/\b[a-z]+:\/\/\S+/gi, '');
  const kind = KINDS.find(([pattern]) => pattern.test(words));
  return kind ? kind[1](message, now) : { kind: 'other', message };
}

function rateLimited(message: string, now: EpochMs): AgentFailure {
  const retryAt = retryAtIn(message, now);
  return { kind: 'rate-limited', message, ...(retryAt === undefined ? {} : { retryAt }) };
}

function unauthenticated(message: string): AgentFailure {
  return { kind: 'unauthenticated', message, hint: SIGN_IN_HINT };
}
