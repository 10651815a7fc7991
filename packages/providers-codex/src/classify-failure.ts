import { type AgentFailure, type AgentOutcome, type EpochMs, retryAtIn } from '@backlog-runner/contracts';
import type { ProcessEnd } from '@backlog-runner/subprocess';
import type { CodexRun } from './read-event.ts';
import { oneLine, parseLine, recordIn, textIn } from './record.ts';

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

/**
 * Reads codex's own words for why a turn failed. The vendor's error code comes first, then the HTTP status, then the
 * words. Never given anything an agent said.
 */
export function classifyMessage(reported: string, now: EpochMs): AgentFailure {
  const body = recordIn(recordIn(parseLine(reported)).error);
  const message = textIn(body.message) || reported;
  const code = [body.code, body.type].map(textIn).find((name) => name !== '');
  const words = code ?? reported.replace(/\b[a-z]+:\/\/\S+/gi, '');
  const status = code === undefined ? Number(/\bstatus:? (\d{3})\b/.exec(words)?.[1]) : Number.NaN;
  const kind = kindOfStatus(status) ?? kindOfWords(words);
  switch (kind) {
    case 'rate-limited': {
      const retryAt = retryAtIn(message, now);
      return retryAt === undefined ? { kind, message } : { kind, message, retryAt };
    }
    case 'unauthenticated':
      return { kind, message, hint: SIGN_IN_HINT };
    default:
      return { kind, message };
  }
}

type Kind = 'rate-limited' | 'unauthenticated' | 'unavailable' | 'context-overflow' | 'other';

function kindOfStatus(status: number): Kind | undefined {
  if (status === 429) return 'rate-limited';
  if (status === 401 || status === 403) return 'unauthenticated';
  return status >= 500 ? 'unavailable' : undefined;
}

/** In this order: a limit may be reported with words that fit a later kind too. */
const WORDS: readonly [Kind, RegExp][] = [
  ['rate-limited', /rate[ _]limit|usage[ _]limit|quota|too many requests/i],
  ['unauthenticated', /unauthorized|not logged in|missing environment variable|(sign|log) ?in again|invalid_api_key/i],
  ['context-overflow', /context window|context[ _]length|maximum context/i],
  [
    'unavailable',
    /at capacity|overloaded|high demand|disconnected|connection (failed|refused|reset)|time(d )?out|server_error/i,
  ],
];

const kindOfWords = (words: string): Kind => WORDS.find(([, pattern]) => pattern.test(words))?.[0] ?? 'other';
