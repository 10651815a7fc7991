import type { JsonSchema } from './agent-provider.ts';

/** What an implementing agent answers when it is finished. It reports; it does not judge: only validation does. */
export interface AgentAnswer {
  /** `done`: the work is there. `blocked`: it cannot be done as asked, `summary` says why. */
  readonly status: 'done' | 'blocked';
  /** Two or three sentences for the commit and the report. */
  readonly summary: string;
  /** What a later task should know. */
  readonly notes: readonly string[];
  /** Work found on the way, or all a research task is for. */
  readonly candidates: readonly ProposedCandidate[];
  /** Short, lasting facts about the repository that would have saved time. The runner decides which it remembers. */
  readonly patterns: readonly string[];
}

/** A candidate as an agent writes it, before it is checked like any other. */
export interface ProposedCandidate {
  readonly title: string;
  readonly description: string;
  readonly priority: 'high' | 'normal' | 'low';
  readonly touch_paths: readonly string[];
  readonly acceptance_criteria: readonly string[];
}

const strings: JsonSchema = { type: 'array', items: { type: 'string' } };

/** Strict in the vendors' sense: every property required, none besides. */
export const AGENT_ANSWER_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['status', 'summary', 'notes', 'candidates', 'patterns'],
  properties: {
    status: { type: 'string', enum: ['done', 'blocked'] },
    summary: { type: 'string' },
    notes: strings,
    candidates: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['title', 'description', 'priority', 'touch_paths', 'acceptance_criteria'],
        properties: {
          title: { type: 'string' },
          description: { type: 'string' },
          priority: { type: 'string', enum: ['high', 'normal', 'low'] },
          touch_paths: strings,
          acceptance_criteria: strings,
        },
      },
    },
    patterns: strings,
  },
};

/**
 * Reads an agent's answer, which is untrusted. Undefined unless it has the promised form; what else it says is left out.
 * An answer without patterns proposes none: a session that is resumed may have been promised an older form.
 */
export function parseAgentAnswer(value: unknown): AgentAnswer | undefined {
  if (!isRecord(value)) return undefined;
  const { status, summary, notes, candidates, patterns = [] } = value;
  if (status !== 'done' && status !== 'blocked') return undefined;
  if (typeof summary !== 'string' || !isStrings(notes) || !isStrings(patterns)) return undefined;
  if (!Array.isArray(candidates)) return undefined;
  if (!candidates.every(isProposedCandidate)) return undefined;
  return { status, summary, notes, candidates: candidates.map(promisedPart), patterns };
}

function isProposedCandidate(value: unknown): value is ProposedCandidate {
  return (
    isRecord(value) &&
    typeof value.title === 'string' &&
    typeof value.description === 'string' &&
    (value.priority === 'high' || value.priority === 'normal' || value.priority === 'low') &&
    isStrings(value.touch_paths) &&
    isStrings(value.acceptance_criteria)
  );
}

function promisedPart(candidate: ProposedCandidate): ProposedCandidate {
  const { title, description, priority, touch_paths, acceptance_criteria } = candidate;
  return { title, description, priority, touch_paths, acceptance_criteria };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
