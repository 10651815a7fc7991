import type { History } from './history.ts';
import type { EpochMs } from './ids.ts';
import type { Lease } from './lease-manager.ts';
import type { Backlog } from './task-store.ts';

/** All a report is made from. */
export interface ReportInput {
  readonly backlog: Backlog;
  readonly history: History;
  readonly leases: readonly Lease[];
  readonly now: EpochMs;
}

/** Makes a document of the backlog. Pure: the same input gives the same text, whenever it is asked. */
export interface Reporter {
  render(input: ReportInput): string;
}
