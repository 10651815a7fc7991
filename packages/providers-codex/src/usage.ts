import type { Usage } from '@backlog-runner/contracts';
import { isRecord } from './record.ts';

/** What a codex thread has consumed since it began. codex only reports these running totals. */
export interface ThreadTotals {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
}

export const NO_TOTALS: ThreadTotals = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };

/** Reads a `usage` object of codex's stream or of its rollout files. */
export function parseTotals(value: unknown): ThreadTotals | undefined {
  if (!isRecord(value)) return undefined;
  const { input_tokens: input, cached_input_tokens: cached, output_tokens: output } = value;
  if (typeof input !== 'number' || typeof output !== 'number') return undefined;
  return {
    inputTokens: input,
    cachedInputTokens: typeof cached === 'number' ? cached : 0,
    outputTokens: output,
  };
}

/** What this run consumed. Nothing is claimed when either end is unknown. */
export function usageBetween(before: ThreadTotals | undefined, after: ThreadTotals | undefined): Usage {
  if (before === undefined || after === undefined) return {};
  return {
    inputTokens: Math.max(0, after.inputTokens - before.inputTokens),
    cachedInputTokens: Math.max(0, after.cachedInputTokens - before.cachedInputTokens),
    outputTokens: Math.max(0, after.outputTokens - before.outputTokens),
  };
}
