import type { ProposedCandidate, TaskSource } from '@backlog-runner/contracts';
import { candidatesOf } from './candidates.ts';
import type { RunContext } from './run-context.ts';

/**
 * Puts what an agent or a pass proposed into the inbox, where it waits for its admission. What cannot be a candidate is
 * recorded as rejected. Answers how many were put there.
 */
export async function proposeAll(
  proposed: readonly ProposedCandidate[],
  source: TaskSource,
  { parts, emit }: Pick<RunContext, 'parts' | 'emit'>,
): Promise<number> {
  const { candidates, refused } = candidatesOf(proposed, source);
  for (const { title, reason } of refused) await emit({ type: 'candidate.rejected', title, reason, source });
  if (candidates.length > 0) await parts.inbox.propose(candidates);
  return candidates.length;
}
