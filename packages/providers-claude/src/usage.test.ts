import { describe, expect, it } from 'vitest';
import { usageAfter } from './usage.ts';

const model = (inputTokens: number) => ({ inputTokens, outputTokens: 10, cacheReadInputTokens: 5, costUSD: 0.5 });
const result = {
  usage: { input_tokens: 100, output_tokens: 1, cache_read_input_tokens: 5 },
  modelUsage: { opus: model(1000), haiku: model(500) },
  num_turns: 2,
};
const first = { before: {}, resumed: false, version: '2.1.197' };

describe('the usage of a run', () => {
  it('counts all models, subagents included, and cached input as input', () => {
    expect(usageAfter(result, first)).toEqual({
      inputTokens: 1510,
      cachedInputTokens: 10,
      outputTokens: 20,
      costUsd: 1,
      turns: 2,
    });
  });

  it('of a resumed session is what is new, where claude says so', () => {
    const newer = { ...result, model_usage_since_last_result: { opus: model(70) } };
    const resumed = { before: {}, resumed: true, version: '2.1.330' };
    const usage = usageAfter(newer, resumed);
    expect(usage).toEqual({ inputTokens: 75, cachedInputTokens: 5, outputTokens: 10, costUsd: 0.5, turns: 2 });
    expect(usageAfter(newer, { ...resumed, before: usage })).toMatchObject({ inputTokens: 150, costUsd: 1 });
  });

  it.each(['2.1.197', '2.1.96', '1.9.999'])('of a resumed session is the whole of what %s reports', (version) => {
    expect(usageAfter(result, { ...first, resumed: true, version })).toMatchObject({ inputTokens: 1510, costUsd: 1 });
  });

  it.each(['2.1.198', '2.2.0', '3.0.0', undefined])(
    'claims no cost when it may include earlier runs: %s',
    (version) => {
      const usage = usageAfter(result, { ...first, resumed: true, version });
      expect(usage).toEqual({ inputTokens: 105, cachedInputTokens: 5, outputTokens: 1, turns: 2 });
    },
  );
});
