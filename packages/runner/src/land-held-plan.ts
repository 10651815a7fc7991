import type { History, PlanOutcome, PlanProposal } from '@backlog-runner/contracts';
import { applyProposal, claimingParents, tellProposal } from './apply-proposal.ts';
import { closeInquiry } from './close-inquiry.ts';
import type { RunContext } from './run-context.ts';

/**
 * Tries once more to apply a plan that was held. As long as the same is in the way nothing more is recorded, and its look
 * stays open until {@link leaveHeldPlans}: so whoever dies of it leaves that to be seen.
 */
export async function landHeldPlan(
  context: RunContext,
  proposal: PlanProposal,
  past: () => Promise<History>,
): Promise<void> {
  await claimingParents(context, proposal, async (lease) => {
    const { inquiries, planner } = await past();
    const held = planner.held.get(proposal.inquiry);
    if (!held) return;
    const outcome = await applyProposal(context, proposal, lease, inquiries.get(proposal.inquiry));
    if (outcome && !isHeldBy(held, outcome)) await tellProposal(context, proposal, outcome);
  });
}

type Obstacle = Pick<Extract<PlanOutcome, { status: 'held' }>, 'reason' | 'paths'>;

function isHeldBy({ reason, paths }: Obstacle, outcome: PlanOutcome): boolean {
  return outcome.status === 'held' && outcome.reason === reason && outcome.paths.join('\n') === paths.join('\n');
}

/** Closes the looks that this run left open when it tried to apply plans that were made before. */
export async function leaveHeldPlans(context: RunContext, { inquiries }: History): Promise<void> {
  for (const open of inquiries.values()) {
    const isOurs = open.run === context.run && open.base === undefined && open.about.kind === 'plan';
    if (isOurs) await closeInquiry(context, open, 'the run ended before it could be applied');
  }
}
