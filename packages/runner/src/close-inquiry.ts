import { type OpenInquiry, type PlanOutcome, type PlanWriting, resource } from '@backlog-runner/contracts';
import { claimTask } from './claim-task.ts';
import { concludePlan } from './conclude-plan.ts';
import { holding } from './holding.ts';
import type { RunContext } from './run-context.ts';

/**
 * Closes a look that nobody goes on with, for instance because its runner died. Looking leaves nothing and is done again;
 * a plan that had begun to be written is finished. False when somebody else has what it is about: then it is left for
 * the next time.
 */
export async function closeInquiry(context: RunContext, open: OpenInquiry, reason: string): Promise<boolean> {
  const { emit } = context;
  const { inquiry, about, writing } = open;
  const interrupted = { status: 'interrupted', reason } as const;
  if (about.kind === 'pass') {
    await emit({ type: 'pass.ended', inquiry, pass: about.pass, outcome: interrupted, counts: false });
    return true;
  }
  const concluded = writing ? await finishPlan(context, open, writing) : 'undone';
  if (concluded === undefined) return false;
  const outcome = concluded === 'undone' ? interrupted : concluded;
  await emit({ type: 'plan.ended', inquiry, parents: about.parents, outcome, counts: false });
  return true;
}

async function finishPlan(
  context: RunContext,
  { inquiry }: OpenInquiry,
  writing: PlanWriting,
): Promise<PlanOutcome | 'undone' | undefined> {
  const parents = writing.supersedes.map(({ parent }) => parent);
  return holding(parents.map(resource.task), context, async (lease) => {
    for (const parent of parents) if (!(await claimTask(context, parent, lease.current))) return undefined;
    return concludePlan({ inquiry, writing, lease }, context);
  });
}
