import {
  type AttemptRecord,
  type Lease,
  type OpenInquiry,
  type ResourceKey,
  type RunRecord,
  resource,
} from '@backlog-runner/contracts';
import type { Snapshot } from './snapshot.ts';

/** A run that is over without having cleaned up. */
export interface DeadRun {
  readonly run: RunRecord;
  /** What it left unfinished. */
  readonly attempts: readonly AttemptRecord[];
  readonly inquiries: readonly OpenInquiry[];
}

/**
 * The runs that need cleaning up after: nobody holds their presence any more, and they neither ended nor were recovered,
 * or left attempts or looks open. The age of a run, or how long it has been silent, says nothing.
 */
export function deadRuns({
  run: own,
  history,
  leases,
}: Pick<Snapshot, 'run' | 'history' | 'leases'>): readonly DeadRun[] {
  const present = new Set<ResourceKey>(leases.flatMap((lease: Lease) => lease.resources));
  const open = [...history.tasks.values()].flatMap(({ attempts }) => attempts.filter(isOpen));
  return [...history.runs.values()].flatMap((run) => {
    if (run.run === own || present.has(resource.runner(run.run))) return [];
    const attempts = open.filter((attempt) => attempt.run === run.run);
    const inquiries = [...history.inquiries.values()].filter((inquiry) => inquiry.run === run.run);
    return isOver(run) && attempts.length + inquiries.length === 0 ? [] : [{ run, attempts, inquiries }];
  });
}

export function isOpen({ endedAt }: AttemptRecord): boolean {
  return endedAt === undefined;
}

export function isOver({ endedAt, recoveredAt }: RunRecord): boolean {
  return endedAt !== undefined || recoveredAt !== undefined;
}
