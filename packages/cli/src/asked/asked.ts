import type { JsonSchema } from '@backlog-runner/contracts';
import type { allAgentsOf } from '../agents-of.ts';
import type { OpenRecords } from '../records/open-records.ts';

/** What one agent would be asked, and whom. */
export interface Asked {
  readonly agent: { readonly provider: string; readonly model?: string };
  readonly instructions: string;
  readonly prompt: string;
  readonly outputSchema: JsonSchema;
}

/** What questions are made from. */
export interface AskedGround {
  readonly records: OpenRecords;
  readonly agents: Awaited<ReturnType<typeof allAgentsOf>>;
}
