import type { Usage } from '@backlog-runner/contracts';
import { isRecord, recordIn } from './record.ts';

export interface UsageContext {
  /** What this run had consumed before this result. */
  readonly before: Usage;
  readonly resumed: boolean;
  /** claude's own version, once it has said it. */
  readonly version: string | undefined;
}

/** The newest version known to count each run of a resumed session from zero. */
const COUNTS_PER_RUN = [2, 1, 197];

/**
 * What the run has consumed, by one `result` of claude. `modelUsage` is taken where it can be, because `usage` leaves
 * subagents out; newer versions count it over the whole session, and say beside it what is new.
 */
export function usageAfter(result: Record<string, unknown>, { before, resumed, version }: UsageContext): Usage {
  const turns = typeof result.num_turns === 'number' ? { turns: result.num_turns } : {};
  if (isRecord(result.model_usage_since_last_result)) {
    const added = { ...sumOfModels(result.model_usage_since_last_result), ...turns };
    return plus(before, added);
  }
  if (!resumed || countsPerRun(version)) return { ...sumOfModels(recordIn(result.modelUsage)), ...turns };
  return { ...mainAgentOnly(recordIn(result.usage)), ...turns };
}

function countsPerRun(version: string | undefined): boolean {
  const parts = /^(\d+)\.(\d+)\.(\d+)/
    .exec(version ?? '')
    ?.slice(1)
    .map(Number);
  if (parts === undefined) return false;
  const differing = parts.findIndex((part, index) => part !== COUNTS_PER_RUN[index]);
  return differing < 0 || (parts[differing] ?? 0) < (COUNTS_PER_RUN[differing] ?? 0);
}

function sumOfModels(models: Record<string, unknown>): Usage {
  return Object.values(models)
    .filter(isRecord)
    .map((model) => ({
      inputTokens: count(model.inputTokens) + count(model.cacheReadInputTokens) + count(model.cacheCreationInputTokens),
      cachedInputTokens: count(model.cacheReadInputTokens),
      outputTokens: count(model.outputTokens),
      costUsd: count(model.costUSD),
    }))
    .reduce<Usage>(plus, {});
}

function mainAgentOnly(usage: Record<string, unknown>): Usage {
  const cached = count(usage.cache_read_input_tokens);
  return {
    inputTokens: count(usage.input_tokens) + cached + count(usage.cache_creation_input_tokens),
    cachedInputTokens: cached,
    outputTokens: count(usage.output_tokens),
  };
}

const COUNTERS = ['inputTokens', 'cachedInputTokens', 'outputTokens', 'costUsd', 'turns'] as const;

function plus(left: Usage, right: Usage): Usage {
  const known = COUNTERS.filter((name) => left[name] !== undefined || right[name] !== undefined);
  return Object.fromEntries(known.map((name) => [name, (left[name] ?? 0) + (right[name] ?? 0)]));
}

const count = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
