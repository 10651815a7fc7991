import type { AgentRequest, SessionId } from '@backlog-runner/contracts';

/** The session to resume, or one named after the attempt. */
export function sessionOf(provider: string, { resume, origin }: Pick<AgentRequest, 'resume' | 'origin'>): SessionId {
  return resume ?? (`${provider}-${origin.attempt ?? `${origin.run}-${origin.role}`}` as SessionId);
}
