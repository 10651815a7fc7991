import { type PromptResponse, RequestError } from '@agentclientprotocol/sdk';
import type { AgentOutcome, EpochMs } from '@backlog-runner/contracts';
import type { AgentEnd } from './agent-process.ts';
import { failureOfEnd, failureOfError, failureOfStop } from './classify-failure.ts';
import type { Reply } from './converse.ts';
import { outputIn } from './prompt.ts';

/** How the dialogue ended, and then the process. */
export interface Ending {
  readonly reply: Reply | { readonly error: unknown };
  readonly end: AgentEnd;
  /** The last whole message. */
  readonly answer: string;
  readonly asksForOutput: boolean;
  /** What to type to talk to the agent oneself. */
  readonly command: string;
  readonly now: EpochMs;
}

export function outcomeOf({ reply, end, answer, asksForOutput, command, now }: Ending): AgentOutcome {
  if ('response' in reply) return answered(reply.response, answer, asksForOutput);
  if ('refusal' in reply) return { status: 'failed', failure: { kind: 'other', message: reply.refusal } };
  const { error } = reply;
  // Any other error is the library's way to say that nobody is there any more.
  const failure = error instanceof RequestError ? failureOfError(error, now, command) : failureOfEnd(end);
  return { status: 'failed', failure };
}

function answered({ stopReason }: PromptResponse, text: string, asksForOutput: boolean): AgentOutcome {
  if (stopReason !== 'end_turn') return { status: 'failed', failure: failureOfStop(stopReason) };
  if (text.trim() === '') {
    return { status: 'failed', failure: { kind: 'invalid-output', message: 'The agent ended without an answer.' } };
  }
  const output = asksForOutput ? outputIn(text) : undefined;
  return { status: 'completed', text, ...(output === undefined ? {} : { output }) };
}
