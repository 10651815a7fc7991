import type { RetainedAttempt } from '@backlog-runner/contracts';
import { partsOfAttempt } from './attempt-refs.ts';
import { retainAttempt } from './retain.ts';
import type { SlotRecord } from './slot-record.ts';
import type { WorkingCopy } from './working-copy.ts';

/**
 * Retains what an attempt left in a working copy whose runner did not close it, before anything there is touched.
 * Undefined when there was nothing to retain.
 */
export async function adopt(copy: WorkingCopy, record: SlotRecord | undefined): Promise<RetainedAttempt | undefined> {
  if (record?.state !== 'open' && record?.state !== 'left') return undefined;
  const parts = partsOfAttempt(record.attempt);
  if (!parts) return undefined;
  const subject = `${parts.task}: left behind by a runner that did not end properly`;
  const retained = await retainAttempt(copy, { ...parts, subject, base: record.base });
  return retained.commit === record.base ? undefined : retained;
}
