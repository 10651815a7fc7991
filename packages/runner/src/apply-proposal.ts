import {
  type KeptLease,
  type OpenInquiry,
  type PlanOutcome,
  type PlanProposal,
  resource,
} from '@backlog-runner/contracts';
import { applyPlan } from './apply-plan.ts';
import { childIds } from './child-ids.ts';
import { claimTask } from './claim-task.ts';
import { concludePlan } from './conclude-plan.ts';
import { holding } from './holding.ts';
import { planWriting } from './plan-writing.ts';
import type { RunContext } from './run-context.ts';

/** Does something under the claims of all parents. Undefined when somebody else has one of them. */
export async function claimingParents<Result>(
  context: RunContext,
  { parents }: PlanProposal,
  action: (lease: KeptLease) => Promise<Result>,
): Promise<Result | undefined> {
  return holding(
    parents.map(({ id }) => resource.task(id)),
    context,
    async (lease) => {
      for (const { id } of parents) if (!(await claimTask(context, id, lease.current))) return undefined;
      return action(lease);
    },
  );
}

/**
 * Applies a plan that was made before, as long as its parents are what they were then. What seems to be in vain may be
 * what an earlier effort wrote before it was cut short: that is finished. Undefined when it cannot be known now, because
 * somebody else lands.
 */
export async function applyProposal(
  context: RunContext,
  proposal: PlanProposal,
  lease: KeptLease,
  open: OpenInquiry | undefined,
): Promise<PlanOutcome | undefined> {
  const isTold = open?.writing !== undefined && open.run === context.run;
  const outcome = await applyAnew(context, proposal, lease, isTold);
  const isInVain = outcome.status === 'cancelled' || outcome.status === 'refused';
  if (!isInVain || !open?.writing) return outcome;
  const { inquiry, writing } = open;
  const concluded = await concludePlan({ inquiry, writing, lease }, context);
  return concluded === 'undone' ? outcome : concluded;
}

async function applyAnew(
  context: RunContext,
  proposal: PlanProposal,
  lease: KeptLease,
  isTold: boolean,
): Promise<PlanOutcome> {
  const { inquiry, parents, plan } = proposal;
  const { tasks } = await context.parts.store.read();
  const known = tasks.filter(({ id }) => parents.some((parent) => parent.id === id));
  const planned = planWriting(plan, { parents: known, tasks, newId: childIds(inquiry) });
  if (planned.status === 'refused') return planned;
  const { fence } = lease.current;
  const signal = AbortSignal.any([context.drain, lease.signal]);
  const outcome = await applyPlan({ inquiry, parents, writing: planned.writing, fence, signal, isTold }, context);
  return outcome.status === 'held' ? { ...outcome, proposal } : outcome;
}

export async function tellProposal(
  { emit }: RunContext,
  { inquiry, parents }: PlanProposal,
  outcome: PlanOutcome,
): Promise<void> {
  await emit({ type: 'plan.ended', inquiry, parents: parents.map(({ id }) => id), outcome, counts: false });
}
