import type { AgentFailure } from './agent-event.ts';
import type { InquiryId, Revision, TaskId } from './ids.ts';
import type { Inquiry } from './inquiry.ts';
import type { Candidate, Task } from './task.ts';

/** A task the planner is to refine. */
export interface PlanParent {
  readonly task: Task;
  /** Why it failed, or why an earlier plan for it was refused. Oldest first. */
  readonly reasons: readonly string[];
}

/** One task of a plan. Its dependencies are other children of the same plan, by `key`, and tasks of the backlog. */
export interface PlannedChild {
  /** Names the child within its plan, such as `schema`. */
  readonly key: string;
  readonly candidate: Candidate;
  /** Keys of children that must be done first. */
  readonly after: readonly string[];
}

/** Which parents give way to which children. All of it is applied in one commit, or nothing. */
export interface Plan {
  readonly supersedes: readonly { readonly parent: TaskId; readonly children: readonly string[] }[];
  readonly children: readonly PlannedChild[];
  /** Why so, in two or three sentences. */
  readonly summary: string;
}

/** A plan that is not applied yet, and what its parents were when it was made. */
export interface PlanProposal {
  readonly inquiry: InquiryId;
  readonly parents: readonly { readonly id: TaskId; readonly revision: Revision }[];
  readonly plan: Plan;
}

export type PlanResult =
  | { readonly status: 'planned'; readonly plan: Plan }
  | { readonly status: 'agent-failed'; readonly failure: AgentFailure }
  /** The answer breaks the form or a rule: an unknown parent, a cycle, a child that could not be added by a person. */
  | { readonly status: 'refused'; readonly reason: string };

/** Turns vague tasks into tasks that can run. It answers; it writes nothing. */
export interface Planner {
  /** Whatever goes wrong with an agent arrives as a result; a throw means a bug. */
  plan(
    request: {
      readonly parents: readonly PlanParent[];
      readonly known: readonly Pick<Task, 'id' | 'title' | 'state'>[];
    },
    inquiry: Inquiry,
  ): Promise<PlanResult>;
}
