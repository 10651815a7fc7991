import {
  BacklogError,
  type PassOutcome,
  type PlanOutcome,
  type PlanProposal,
  type Task,
} from '@backlog-runner/contracts';
import { acceptPlan } from './accept-plan.ts';
import { planStandings } from './decide-plan.ts';
import { drainInbox } from './drain-inbox.ts';
import type { Life } from './one-life.ts';
import type { AgentChoice } from './policy.ts';
import { discovererOf, plannerOf } from './route-agent.ts';
import { runPass } from './run-pass.ts';
import { runPlan } from './run-plan.ts';

export interface OnePlan {
  /** Absent: nothing was begun, and `reason` says why. */
  readonly outcome?: PlanOutcome;
  /** The plan itself, applied or not. Absent: there is none. */
  readonly proposal?: PlanProposal;
  readonly reason: string;
}

export interface OnePass {
  /** Absent: nothing was begun, and `reason` says why. */
  readonly outcome?: PassOutcome;
  readonly reason: string;
}

/** One look of the planner, outside of any loop. */
export async function planOnce(
  life: Life,
  { tasks, isForReview }: { readonly tasks?: readonly Task[]; readonly isForReview: boolean },
): Promise<OnePlan> {
  const { parts, policy } = life;
  const end = endWhenAsked(life);
  try {
    await checkAgent(life, plannerOf(policy));
    const history = await life.observer.history();
    const known = (await parts.store.read()).tasks;
    const batch = tasks ?? nextOpen(life, known, history);
    if (batch.length === 0) return { reason: 'there is nothing to plan' };
    const report = await runPlan(life, { tasks: batch, known, history, isForReview }, life.observer.history);
    if (!report) return { reason: 'another runner has one of the tasks, or it was changed' };
    return { ...report, reason: 'the planner has looked' };
  } finally {
    end();
    await publish(life);
  }
}

function nextOpen(
  { policy }: Life,
  tasks: readonly Task[],
  history: Parameters<typeof planStandings>[0]['history'],
): readonly Task[] {
  const { planner } = policy;
  if (!planner) return [];
  const standings = planStandings({ backlog: { tasks, problems: [] }, history }, planner);
  return standings.flatMap(({ task, standing }) => (standing.status === 'open' ? [task] : [])).slice(0, planner.batch);
}

/** Applies a plan that a person has accepted. */
export async function acceptOnce(life: Life, proposal: PlanProposal): Promise<OnePlan> {
  const end = endWhenAsked(life);
  try {
    const outcome = await acceptPlan(life, proposal, life.observer.history);
    if (!outcome) return { proposal, reason: 'another runner has one of the tasks or lands now' };
    return { outcome, proposal, reason: 'the plan was looked at' };
  } finally {
    end();
    await publish(life);
  }
}

/** One turn of a pass, outside of any loop. */
export async function passOnce(life: Life, id: string): Promise<OnePass> {
  const { parts, policy, emit, observer } = life;
  const end = endWhenAsked(life);
  try {
    const chosen = policy.discovery?.passes.find((pass) => pass.id === id);
    if (!chosen) throw new Error(`The policy has no pass ${id}.`);
    if (parts.passes?.find((pass) => pass.id === id)?.asksAgent) await checkAgent(life, discovererOf(chosen, policy));
    const { tasks } = await parts.store.read();
    const outcome = await runPass(life, chosen, tasks, observer.history);
    await drainInbox(parts, policy.discovery, observer.history, emit);
    return outcome ? { outcome, reason: 'the pass has looked' } : { reason: 'another runner takes this pass now' };
  } finally {
    end();
    await publish(life);
  }
}

/** Stops when `stop` asks all runners to. */
function endWhenAsked({ parts, run, observer, requestDrain }: Life): () => void {
  return parts.journal.watch(() => {
    observer.history().then(
      ({ runs }) => {
        if (runs.get(run)?.stopRequestedAt !== undefined) requestDrain('it was asked to stop');
      },
      () => {},
    );
  });
}

async function checkAgent({ parts }: Life, { provider: id }: AgentChoice): Promise<void> {
  const provider = parts.providers.get(id);
  if (!provider) throw new Error(`No provider ${id} was handed to the runner.`);
  const health = await provider.check();
  if (health.status === 'ready') return;
  throw new BacklogError('NO_PROVIDER_READY', health.message, { hint: health.hint, details: { provider: id } });
}

async function publish({ parts, observer, restingUntil }: Life): Promise<void> {
  const snapshot = await observer.observe({ working: new Set(), looking: new Set(), restingUntil });
  await parts.publish(parts.reporter.render(snapshot));
}
