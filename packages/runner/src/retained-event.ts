import type { AttemptId, BacklogEvent, CommitId, RetainedAttempt } from '@backlog-runner/contracts';

/** What the journal says of work that was retained. Undefined when there was none. */
export function retainedEvent(
  attempt: AttemptId,
  base: CommitId,
  { ref, commit, changes, notKept }: RetainedAttempt,
): BacklogEvent | undefined {
  if (changes.length === 0) return undefined;
  const besides = notKept ? { notKept } : {};
  return { type: 'attempt.retained', attempt, ref, commit, base, files: changes.length, ...besides };
}
