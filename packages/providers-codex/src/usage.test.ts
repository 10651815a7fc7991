import { describe, expect, it } from 'vitest';
import { NO_TOTALS, parseTotals, usageBetween } from './usage.ts';

const totals = (inputTokens: number) => ({ inputTokens, cachedInputTokens: 10, outputTokens: 5 });

describe('the usage of a run', () => {
  it('is what was added to the thread', () => {
    expect(usageBetween(NO_TOTALS, totals(1000))).toEqual(totals(1000));
    expect(usageBetween(totals(1000), totals(3000))).toEqual({
      inputTokens: 2000,
      cachedInputTokens: 0,
      outputTokens: 0,
    });
  });

  it('is not guessed when either end is unknown', () => {
    expect(usageBetween(undefined, totals(1000))).toEqual({});
    expect(usageBetween(totals(1000), undefined)).toEqual({});
  });

  it('is read only from numbers', () => {
    expect(parseTotals({ input_tokens: 1, output_tokens: 2 })).toEqual({
      inputTokens: 1,
      cachedInputTokens: 0,
      outputTokens: 2,
    });
    expect(parseTotals({ input_tokens: '1', output_tokens: 2 })).toBeUndefined();
    expect(parseTotals(null)).toBeUndefined();
  });
});
