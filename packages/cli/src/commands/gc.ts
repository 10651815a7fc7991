import type { CollectionDecision } from '@backlog-runner/runner';
import { painter, usesColour } from '../colour.ts';
import { EXIT } from '../exit-code.ts';
import type { CommandInvocation } from '../invocation.ts';
import { count } from '../option-values.ts';
import { collect, collectionPlan } from '../records/collect.ts';
import { openRecords } from '../records/open-records.ts';
import type { Surroundings } from '../surroundings.ts';
import { table } from '../table.ts';

const DEFAULT_DAYS = 14;

/** Removes what is of no more use and says of everything why it goes or stays. */
export async function gc(invocation: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const { stdout, environment } = surroundings;
  const days = count(invocation, 'days', 0) ?? DEFAULT_DAYS;
  const isDryRun = invocation.switches.has('dry-run');
  const records = await openRecords(surroundings);
  const policy = { days, worktrees: records.settings.workers + 1 };
  const decisions = await (isDryRun ? collectionPlan : collect)(records, policy);
  if (invocation.switches.has('json')) {
    stdout.write(`${JSON.stringify({ dryRun: isDryRun, decisions })}\n`);
    return EXIT.ok;
  }
  const row = ({ action, kind, name, reason }: CollectionDecision) => [
    action === 'remove' ? (isDryRun ? 'would remove' : 'removed') : 'kept',
    kind,
    name,
    reason,
  ];
  const paint = painter(usesColour(environment, stdout));
  const header = ['ACTION', 'KIND', 'NAME', 'WHY'];
  stdout.write(table(header, decisions.map(row), { isTTY: stdout.isTTY === true, paint }));
  return EXIT.ok;
}
