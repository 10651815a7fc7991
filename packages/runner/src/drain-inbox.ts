import type { BacklogEvent, DrainReport, History, Inbox } from '@backlog-runner/contracts';
import { type AdmissionParts, admitter } from './admit.ts';
import type { DiscoveryPolicy } from './policy.ts';

export interface InboxParts extends AdmissionParts {
  readonly inbox: Inbox;
}

/** Turns what waits in the inbox into tasks, by the rules of admission, and records what became of every line. */
export async function drainInbox(
  parts: InboxParts,
  discovery: DiscoveryPolicy | undefined,
  past: () => Promise<History>,
  emit: (event: BacklogEvent) => Promise<unknown>,
): Promise<DrainReport> {
  const report = await parts.inbox.drain(admitter(parts, discovery, past));
  for (const { id, title, source } of report.added) await emit({ type: 'task.added', task: id, title, source });
  for (const { line, title, of, source } of report.duplicates) {
    if (source.type === 'manual') await emit({ type: 'inbox.duplicate', line, title, of });
    else await emit({ type: 'candidate.rejected', title, reason: `${of} says the same`, source, duplicateOf: of });
  }
  for (const { candidate, reason, duplicateOf, mayComeAgain } of report.refused) {
    const { title, touchPaths, acceptanceCriteria, source } = candidate;
    await emit({
      ...{ type: 'candidate.rejected', title, reason, source, touchPaths, acceptanceCriteria },
      ...(duplicateOf === undefined ? {} : { duplicateOf }),
      ...(mayComeAgain ? { mayComeAgain } : {}),
    });
  }
  for (const line of report.rejected) await emit({ type: 'inbox.rejected', ...line });
  return report;
}
