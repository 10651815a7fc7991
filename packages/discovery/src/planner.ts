import type { Planner } from '@backlog-runner/contracts';
import { checkPlan } from './check-plan.ts';
import { PLAN_ANSWER_SCHEMA } from './plan-answer.ts';
import { planInstructions, planPrompt } from './plan-prompt.ts';

export interface PlannerOptions {
  /** The project's own words about planning. They stand beside the rules and cannot change them. */
  readonly instructions?: string;
  /** The validation profiles there are. Absent: any name is believed. */
  readonly profiles?: readonly string[];
  /** Which provider, by id. Absent: the one the config names for the planner. */
  readonly provider?: string;
  /** The vendor's own name. */
  readonly model?: string;
}

/** A planner that asks an agent. Whatever it answers, only a plan that keeps all rules comes out. */
export function planner({ instructions = '', profiles, provider, model }: PlannerOptions = {}): Planner {
  return {
    async plan(request, inquiry) {
      const outcome = await inquiry.ask({
        ...(provider === undefined ? {} : { provider }),
        ...(model === undefined ? {} : { model }),
        instructions: planInstructions(instructions, profiles),
        prompt: planPrompt(request),
        outputSchema: PLAN_ANSWER_SCHEMA,
      });
      if (outcome.status === 'aborted') return { status: 'refused', reason: 'It was stopped.' };
      if (outcome.status === 'failed') return { status: 'agent-failed', failure: outcome.failure };
      const parents = request.parents.map(({ task }) => task);
      const checked = checkPlan(outcome.output, { parents, known: request.known, ...(profiles && { profiles }) });
      return 'plan' in checked
        ? { status: 'planned', plan: checked.plan }
        : { status: 'refused', reason: checked.reason };
    },
  };
}
