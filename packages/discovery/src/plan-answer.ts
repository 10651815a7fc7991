import {
  EXECUTION_DOMAINS,
  type ExecutionDomain,
  type JsonSchema,
  PRIORITIES,
  type Priority,
  TASK_KINDS,
  type TaskKind,
} from '@backlog-runner/contracts';
import { listOf, oneOf, strict, text, texts } from './strict-schema.ts';

/** A plan as an agent writes it. */
export interface PlanAnswer {
  readonly summary: string;
  readonly supersedes: readonly { readonly parent: string; readonly children: readonly string[] }[];
  readonly children: readonly PlanAnswerChild[];
}

export interface PlanAnswerChild {
  readonly key: string;
  readonly title: string;
  readonly task_kind: TaskKind;
  readonly priority: Priority;
  readonly execution_domain: ExecutionDomain | null;
  readonly validation_profile: string | null;
  readonly touch_paths: readonly string[];
  readonly capabilities: readonly string[];
  readonly acceptance_criteria: readonly string[];
  readonly description: string;
  readonly after: readonly string[];
  readonly depends_on: readonly string[];
}

export const PLAN_ANSWER_SCHEMA: JsonSchema = strict({
  summary: text('Why so, in two or three sentences.'),
  supersedes: listOf(
    strict({
      parent: text('The id of a task you were given.'),
      children: { ...texts, description: 'The keys of the children that together replace it.' },
    }),
    'Leave a task out when you cannot plan it.',
  ),
  children: listOf(
    strict({
      key: text('A short name within this plan, such as `schema`.'),
      title: text('What will be true when it is done; at most 120 characters.'),
      task_kind: oneOf(TASK_KINDS, '`research` only when an answer is needed before anything can be changed.'),
      priority: oneOf(PRIORITIES, "At least its parent's."),
      execution_domain: { type: ['string', 'null'], enum: [...EXECUTION_DOMAINS, null] },
      validation_profile: { type: ['string', 'null'], description: 'null: routed by the paths.' },
      touch_paths: { ...texts, description: 'The files or directories the work changes, as narrow as they can be.' },
      capabilities: { ...texts, description: 'Things only one task may use at a time. Usually none.' },
      acceptance_criteria: { ...texts, description: 'How anyone can check that it is done.' },
      description: text('What the agent must know that the repository does not say: context, decisions, pitfalls.'),
      after: { ...texts, description: 'Keys of children that must be done first.' },
      depends_on: { ...texts, description: 'Ids of other tasks of the backlog that must be done first.' },
    }),
  ),
});
