import type { JsonSchema } from './agent-provider.ts';
import { EXECUTION_DOMAINS, PRIORITIES, SOURCE_TYPES, TASK_KINDS, TASK_STATES } from './task.ts';

/** Longer texts are refused: a task file is untrusted input. */
export const TASK_LIMITS: Readonly<Record<'titleLength' | 'textLength' | 'listLength' | 'fileBytes', number>> = {
  titleLength: 200,
  textLength: 20_000,
  listLength: 200,
  fileBytes: 256 * 1024,
};

/** Editors write an empty list as nothing at all, which YAML reads as null. */
const list = (description: string): JsonSchema => ({
  type: ['array', 'null'],
  description,
  maxItems: TASK_LIMITS.listLength,
  items: { type: 'string', maxLength: TASK_LIMITS.textLength },
});

const candidateProperties = {
  title: {
    type: 'string',
    description: 'What will be true when the task is done.',
    minLength: 1,
    maxLength: TASK_LIMITS.titleLength,
    pattern: '\\S',
  },
  priority: { enum: [...PRIORITIES], description: 'Runs before lower ones.', default: 'normal' },
  task_kind: {
    enum: [...TASK_KINDS],
    description: 'A research task changes no file; its outcome is new candidates.',
    default: 'implementation',
  },
  execution_domain: {
    enum: [...EXECUTION_DOMAINS, null],
    description: 'Which agent suits it. Left out: decided by the touch paths.',
  },
  depends_on: list('Ids of tasks that must be done first.'),
  touch_paths: list('Paths the work may change. Tasks whose paths overlap do not run at the same time.'),
  capabilities: list('Things only one task may use at a time, such as `database`.'),
  validation_profile: {
    type: ['string', 'null'],
    description: 'A profile of the config. Left out: routed by the touch paths.',
  },
  acceptance_criteria: list('How anyone can tell that it is done.'),
  description: {
    type: ['string', 'null'],
    description: 'Everything the agent should know.',
    maxLength: TASK_LIMITS.textLength,
  },
  source: {
    description: 'Where it came from.',
    oneOf: [
      { enum: [...SOURCE_TYPES, null] },
      {
        type: 'object',
        required: ['type'],
        properties: { type: { enum: [...SOURCE_TYPES] }, pass_id: { type: 'string', maxLength: 100 } },
      },
    ],
  },
} as const;

/** One task file. Unknown keys are the user's own and stay. */
export const TASK_SCHEMA: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'A backlog-runner task',
  type: 'object',
  required: ['title'],
  properties: {
    id: {
      type: 'string',
      description: 'Left out: the file name without its ending.',
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
    },
    ...candidateProperties,
    state: {
      enum: [...TASK_STATES],
      description: '`ready` may run, `planned` waits for the planner.',
      default: 'ready',
    },
    superseded_by: list('Ids of the tasks that took its place. What depends on it waits for all of them.'),
    status_notes: list('What happened to it, oldest first.'),
    created_at: { type: ['string', 'null'], description: 'ISO 8601.' },
    updated_at: { type: ['string', 'null'], description: 'ISO 8601.' },
  },
};

/** One line of `backlog/inbox.jsonl`. */
export const CANDIDATE_SCHEMA: JsonSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'A backlog-runner candidate',
  type: 'object',
  required: ['title'],
  properties: candidateProperties,
};
