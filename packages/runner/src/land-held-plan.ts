import { type PlanOutcome, type PlanProposal, resource } from '@backlog-runner/contracts';
import { applyPlan } from './apply-plan.ts';
import type { AttemptContext } from './attempt-context.ts';
import { childIds } from './child-ids.ts';
import { claimTask } from './claim-task.ts';
import { holding } from './holding.ts';
import { planWriting } from './plan-writing.ts';

/**
 * Applies a plan that was made before, as long as its parents are what they were then. Records how it ended, but not that
 * it is held again. Undefined when somebody else has one of the parents.
 */
export async function landHeldPlan(context: AttemptContext, proposal: PlanProposal): Promise<PlanOutcome | undefined> {
  const { emit, drain } = context;
  const ids = proposal.parents.map(({ id }) => id);
  return holding(ids.map(resource.task), context, async (lease) => {
    for (const id of ids) if (!(await claimTask(context, id, lease.current))) return undefined;
    const signal = AbortSignal.any([drain, lease.signal]);
    const outcome = await applyProposal(context, proposal, { fence: lease.current.fence, signal });
    const { inquiry } = proposal;
    if (outcome.status !== 'held' && outcome.status !== 'interrupted') {
      await emit({ type: 'plan.ended', inquiry, parents: ids, outcome, counts: false });
    }
    return outcome;
  });
}

async function applyProposal(
  context: AttemptContext,
  proposal: PlanProposal,
  claim: Pick<Parameters<typeof applyPlan>[0], 'fence' | 'signal'>,
): Promise<PlanOutcome> {
  const { store } = context.parts;
  const { inquiry, parents, plan } = proposal;
  const { tasks } = await store.read();
  const known = tasks.filter(({ id }) => parents.some((parent) => parent.id === id));
  const planned = planWriting(plan, { parents: known, tasks, newId: childIds(inquiry) });
  if (planned.status === 'refused') return planned;
  const outcome = await applyPlan({ inquiry, parents, writing: planned.writing, ...claim }, context);
  return outcome.status === 'held' ? { ...outcome, proposal } : outcome;
}
