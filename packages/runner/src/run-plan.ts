import {
  type History,
  type KeptLease,
  type Planner,
  type PlanOutcome,
  type PlanParent,
  type PlanProposal,
  type PlanResult,
  questionOf,
  resource,
  type Task,
} from '@backlog-runner/contracts';
import { applyPlan } from './apply-plan.ts';
import { failureOf } from './background.ts';
import { childIds } from './child-ids.ts';
import { describeAgent } from './commit-message.ts';
import { type EndedLook, inquire, type Look } from './inquire.ts';
import { consequencesOfLook, tellOfProvider } from './look-consequences.ts';
import { planWriting } from './plan-writing.ts';
import { plannerOf } from './route-agent.ts';
import type { RunContext } from './run-context.ts';

export interface PlanAction {
  readonly tasks: readonly Task[];
  /** The whole backlog, for what is known. */
  readonly known: readonly Task[];
  readonly history: History;
  /** Keep the plan for a person instead of applying it. */
  readonly isForReview: boolean;
}

export interface PlanReport {
  readonly outcome: PlanOutcome;
  readonly proposal?: PlanProposal;
}

/**
 * Lets the planner look at tasks and applies what it answers. Undefined when nothing was begun, because somebody else has
 * one of the tasks or it was changed.
 */
export async function runPlan(
  context: RunContext,
  action: PlanAction,
  past: () => Promise<History>,
): Promise<PlanReport | undefined> {
  const { tasks, known, history } = action;
  const { planner } = context.parts;
  const [first] = tasks;
  if (!planner || !first) return undefined;
  const request = planRequest(tasks, known, history);
  let report: PlanReport | undefined;
  await inquire<PlanResult>(
    context,
    lookAt(first, action, context),
    (inquiry) => planner.plan(request, inquiry),
    async (ended, lease) => {
      report = await reportOf(context, ended, action, lease);
      const { outcome } = report;
      const { inquiry, usage, provider = plannerOf(context.policy).provider } = ended;
      const consequences = await consequencesOfLook(outcome, provider, context, past);
      const { counts } = consequences;
      const parents = tasks.map(({ id }) => id);
      await context.emit({ type: 'plan.ended', inquiry, parents, outcome, counts, ...(usage ? { usage } : {}) });
      await tellOfProvider(consequences, provider, context.emit);
    },
  );
  return report;
}

function lookAt(
  first: Task,
  { tasks, history }: PlanAction,
  { parts: { store }, policy }: Pick<RunContext, 'parts' | 'policy'>,
): Look {
  const ids = tasks.map(({ id }) => id);
  const agent = plannerOf(policy);
  return {
    role: 'planner',
    subject: first.id,
    resources: ids.map(resource.task),
    claims: ids,
    needsInstall: false,
    agent,
    tryNumber: triesOf(first, history) + 1,
    isStillWanted: async () => {
      const current = await Promise.all(ids.map((id) => store.get(id)));
      return current.every((task, at) => task !== undefined && task.revision === tasks[at]?.revision);
    },
    started: ({ inquiry, fence, base }) => ({
      ...{ type: 'plan.started', inquiry, fence, base, ...agent },
      parents: tasks.map((task) => ({ id: task.id, question: questionOf(task) })),
    }),
  };
}

/** What the planner is told of tasks. */
export function planRequest(tasks: readonly Task[], known: readonly Task[], history: History): PlanRequest {
  return { parents: tasks.map((task) => ({ task, reasons: reasonsFor(task, history) })), known };
}

type PlanRequest = Parameters<Planner['plan']>[0];

async function reportOf(
  context: RunContext,
  { inquiry, fence, ending }: EndedLook<PlanResult>,
  { tasks, known, isForReview }: PlanAction,
  lease: KeptLease,
): Promise<PlanReport> {
  if (ending.status !== 'looked') return { outcome: ending };
  const result = ending.value;
  if (result.status !== 'planned') return { outcome: result };
  const proposal = { inquiry, parents: tasks.map(({ id, revision }) => ({ id, revision })), plan: result.plan };
  const planned = planWriting(result.plan, { parents: tasks, tasks: known, newId: childIds(inquiry) });
  if (planned.status === 'refused') return { outcome: planned };
  if (isForReview) return { outcome: { status: 'proposed', summary: result.plan.summary }, proposal };
  const signal = AbortSignal.any([context.drain, lease.signal]);
  const agent = describeAgent(plannerOf(context.policy));
  const { writing } = planned;
  const outcome = await applyPlan({ inquiry, fence, parents: proposal.parents, writing, signal, agent }, context);
  return outcome.status === 'held' ? { outcome: { ...outcome, proposal }, proposal } : { outcome, proposal };
}

function triesOf({ id }: Task, { planner }: History): number {
  return planner.parents.get(id)?.tries ?? 0;
}

/** Why the task failed, and why earlier plans for it came to nothing. */
function reasonsFor({ id, state }: Task, { tasks, planner }: History): PlanParent['reasons'] {
  const past = tasks.get(id);
  const attempts = state === 'failed' ? (past?.attempts ?? []).filter(({ counts }) => counts) : [];
  const failures = attempts.flatMap(({ result }) => (result ? failureOf(result) : []));
  const last = state === 'failed' && past?.failed && !failures.includes(past.failed.reason) ? [past.failed.reason] : [];
  return [...failures, ...last, ...(planner.parents.get(id)?.reasons ?? [])];
}
