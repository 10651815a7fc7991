import type { AgentAnswer, AgentRequest } from '@backlog-runner/contracts';

/** A plain "done" for this request, but for what is said. */
export function answerOf({ origin }: Pick<AgentRequest, 'origin'>, said: Partial<AgentAnswer> = {}): AgentAnswer {
  const summary = origin.task ? `Did what ${origin.task} asks for.` : `Did what the ${origin.role} was asked for.`;
  return { status: 'done', summary, notes: [], candidates: [], patterns: [], ...said };
}
