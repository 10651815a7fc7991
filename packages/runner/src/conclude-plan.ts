import type { Fence, InquiryId, KeptLease, PlanOutcome, PlanWriting, TaskStore } from '@backlog-runner/contracts';
import { withLandingRight } from './landing-right.ts';
import type { RunContext } from './run-context.ts';
import { finishWriting } from './write-plan.ts';

export interface BegunPlan {
  readonly inquiry: InquiryId;
  readonly writing: PlanWriting;
  /** Under which its parents are claimed. */
  readonly lease: KeptLease;
}

/**
 * Finishes a plan whose writing was cut short, unless its commit was taken back. `'undone'` when nothing of it was
 * written. Undefined when somebody else lands now.
 */
export async function concludePlan(
  { inquiry, writing, lease }: BegunPlan,
  { parts, policy }: RunContext,
): Promise<PlanOutcome | 'undone' | undefined> {
  const { holder, fence } = lease.current;
  const { signal } = lease;
  // Else nothing of what this runner does could begin before somebody else has landed.
  const waits = false;
  const right = { ...parts, holder, leaseTtlMs: policy.leaseTtlMs, signal, waits };
  return withLandingRight(right, () => conclude(inquiry, writing, fence, parts));
}

async function conclude(
  inquiry: InquiryId,
  writing: PlanWriting,
  fence: Fence,
  { landing, store }: Pick<RunContext['parts'], 'landing' | 'store'>,
): Promise<PlanOutcome | 'undone'> {
  // Files that a killed landing left in a checkout are no sign that anything was written.
  await landing.settle();
  const commit = (await landing.plans()).find(({ plan }) => plan === inquiry);
  if (commit?.reverted) return { status: 'cancelled', reason: 'its commit was reverted' };
  if (!commit && !(await isBegun(writing, store))) return 'undone';
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
