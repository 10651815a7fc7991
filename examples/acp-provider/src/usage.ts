import type { PromptResponse } from '@agentclientprotocol/sdk';
import type { Usage } from '@backlog-runner/contracts';
import { recordIn } from './untrusted.ts';

/** What the cost of the session was when the turn began and when it ended, as far as the agent said. */
export interface Costs {
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/**
 * What this run consumed. Agents that count tokens do so in a field that the protocol is still arguing about, by the
 * turn or by the session; only in a new session that is the same.
 */
export function usageOf(response: PromptResponse | undefined, isResumed: boolean, { before, after }: Costs): Usage {
  const counted = isResumed ? {} : recordIn(recordIn(response).usage);
  return {
    ...numberAs('inputTokens', counted.inputTokens),
    ...numberAs('cachedInputTokens', counted.cachedReadTokens),
    ...numberAs('outputTokens', counted.outputTokens),
    ...(before === undefined || after === undefined ? {} : { costUsd: Math.max(0, after - before) }),
  };
}

const numberAs = (name: keyof Usage, value: unknown): Usage => (typeof value === 'number' ? { [name]: value } : {});
