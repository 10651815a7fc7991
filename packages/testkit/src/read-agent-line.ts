import type { AgentEvent, AgentFailure, AgentOutcome, EpochMs } from '@backlog-runner/contracts';
import type { ScriptedFailure } from './script.ts';

/** What a line of the fake agent tells: something on the way, or how it ends. */
export type AgentLine = { readonly event: AgentEvent } | { readonly outcome: AgentOutcome };

type Told =
  | Exclude<AgentEvent, { readonly type: 'session' | 'run.ended' }>
  | { readonly type: 'answer'; readonly answer: unknown }
  | { readonly type: 'failure'; readonly failure: ScriptedFailure };

export interface ReadAgentLineOptions {
  readonly now: EpochMs;
  /** Whether a structured answer was asked for. */
  readonly structured: boolean;
}

/** Any other line, such as one torn by the end of its process, is told as a warning. */
export function readAgentLine(line: string, { now, structured }: ReadAgentLineOptions): AgentLine {
  const told = parse(line) ?? { type: 'warning', message: `The agent wrote something else: ${line.slice(0, 200)}` };
  if (told.type === 'failure') return { outcome: { status: 'failed', failure: failureOf(told.failure, now) } };
  if (told.type !== 'answer') return { event: told };
  const text = typeof told.answer === 'string' ? told.answer : JSON.stringify(told.answer);
  return { outcome: { status: 'completed', text, ...(structured ? { output: told.answer } : {}) } };
}

function failureOf(scripted: ScriptedFailure, now: EpochMs): AgentFailure {
  const message = scripted.message ?? `The script says: ${scripted.kind}.`;
  if (scripted.kind !== 'rate-limited') return { ...scripted, message };
  const { kind, retryAfterMs } = scripted;
  return { kind, message, ...(retryAfterMs === undefined ? {} : { retryAt: (now + retryAfterMs) as EpochMs }) };
}

/** What an agent may tell. How its run began and ended, only its provider knows. */
const TOLD: readonly Told['type'][] = ['message', 'tool', 'file', 'usage', 'warning', 'native', 'answer', 'failure'];

function parse(line: string): Told | undefined {
  try {
    const told = JSON.parse(line);
    return TOLD.includes(told?.type) ? told : undefined;
  } catch {
    return undefined;
  }
}
