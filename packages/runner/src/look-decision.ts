import type { EpochMs, PlanProposal, Task } from '@backlog-runner/contracts';
import type { PassPolicy } from './policy.ts';

/** What a runner may do besides the tasks themselves. */
export type LookDecision =
  /** Let the planner look at these tasks. */
  | { readonly kind: 'plan'; readonly tasks: readonly Task[] }
  /** Try again to apply a plan that the user's checkout was in the way of. */
  | { readonly kind: 'land-plan'; readonly proposal: PlanProposal }
  /** The planner looks at the task no more. */
  | { readonly kind: 'leave'; readonly task: Task; readonly question: string; readonly reason: string }
  /** Give a pass its turn. */
  | { readonly kind: 'pass'; readonly pass: PassPolicy };

export interface Looks {
  readonly now: readonly LookDecision[];
  /** The moments at which there may be more to do by itself: a time, or undefined for "when something else ends". */
  readonly later: readonly (EpochMs | undefined)[];
}
