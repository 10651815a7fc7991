import {
  type Fence,
  type InquiryId,
  type OpenInquiry,
  type PlanOutcome,
  type PlanWriting,
  resource,
  type TaskStore,
} from '@backlog-runner/contracts';
import type { AttemptContext } from './attempt-context.ts';
import { claimTask } from './claim-task.ts';
import { holding } from './holding.ts';
import { withLandingRight } from './landing-right.ts';
import { finishWriting } from './write-plan.ts';

const DIED = { status: 'interrupted', reason: 'its runner died' } as const;

/**
 * Closes a look whose runner died. Looking leaves nothing and is done again; a plan that had begun to be written is
 * finished. False when somebody else has what it is about: then it is left for the next time.
 */
export async function closeInquiry(context: AttemptContext, open: OpenInquiry): Promise<boolean> {
  const { emit } = context;
  const { inquiry, about, writing } = open;
  if (about.kind === 'pass') {
    await emit({ type: 'pass.ended', inquiry, pass: about.pass, outcome: DIED, counts: false });
    return true;
  }
  const outcome = writing ? await finishPlan(context, open, writing) : DIED;
  if (outcome) await emit({ type: 'plan.ended', inquiry, parents: about.parents, outcome, counts: false });
  return outcome !== undefined;
}

async function finishPlan(
  context: AttemptContext,
  { inquiry }: OpenInquiry,
  writing: PlanWriting,
): Promise<PlanOutcome | undefined> {
  const { parts, policy, drain } = context;
  const parents = writing.supersedes.map(({ parent }) => parent);
  return holding(parents.map(resource.task), context, async (lease) => {
    for (const parent of parents) if (!(await claimTask(context, parent, lease.current))) return undefined;
    const { holder, fence } = lease.current;
    const signal = AbortSignal.any([drain, lease.signal]);
    // Else nothing of what this runner does could begin before somebody else has landed.
    const waits = false;
    const right = { ...parts, holder, leaseTtlMs: policy.leaseTtlMs, signal, waits };
    return withLandingRight(right, () => concludeWriting(context, inquiry, writing, fence));
  });
}

/** Finishes what was begun, unless its commit was taken back; what was not begun stays undone. */
async function concludeWriting(
  { parts: { landing, store } }: AttemptContext,
  inquiry: InquiryId,
  writing: PlanWriting,
  fence: Fence,
): Promise<PlanOutcome> {
  // Files that a killed landing left in a checkout are no sign that anything was written.
  await landing.settle();
  const commit = (await landing.plans()).find(({ plan }) => plan === inquiry);
  if (commit?.reverted) return { status: 'cancelled', reason: 'its commit was reverted' };
  if (!commit && !(await isBegun(writing, store))) return DIED;
  await finishWriting(writing, fence, store);
  return {
    status: 'landed',
    superseded: writing.supersedes.map(({ parent }) => parent),
    children: writing.children.map(({ id }) => id),
    summary: writing.summary,
    ...(commit ? { commit: commit.commit } : {}),
  };
}

async function isBegun({ children }: PlanWriting, store: TaskStore): Promise<boolean> {
  for (const { id } of children) if (await store.get(id)) return true;
  return false;
}
