import type { History, PlanOutcome, PlanProposal } from '@backlog-runner/contracts';
import { applyProposal, claimingParents, tellProposal } from './apply-proposal.ts';
import type { RunContext } from './run-context.ts';

/**
 * Applies a plan that a person has accepted, as long as its parents are what they were, and records how that ended.
 * Undefined when somebody else has one of the parents, or lands now.
 */
export async function acceptPlan(
  context: RunContext,
  proposal: PlanProposal,
  past: () => Promise<History>,
): Promise<PlanOutcome | undefined> {
  return claimingParents(context, proposal, async (lease) => {
    const { inquiries } = await past();
    const outcome = await applyProposal(context, proposal, lease, inquiries.get(proposal.inquiry));
    if (outcome) await tellProposal(context, proposal, outcome);
    return outcome;
  });
}
