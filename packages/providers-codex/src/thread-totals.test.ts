import { describe, expect, it } from 'vitest';
import { daysOf, lastTotals } from './thread-totals.ts';
import { NO_TOTALS } from './usage.ts';

describe('the record that codex keeps of a thread', () => {
  it('is in the folder of the day that the id tells, or of a neighbour in local time', () => {
    expect(daysOf('01a2025c-6a20-7010-b366-f8f819098d22')).toEqual([
      ['2026', '11', '22'],
      ['2026', '11', '21'],
      ['2026', '11', '23'],
    ]);
    expect(daysOf('no id')).toEqual([]);
  });

  it('tells the latest totals, whichever kind of line has them', () => {
    const usage = (count: number) => ({ input_tokens: count, cached_input_tokens: 1, output_tokens: 2 });
    const lines = [
      { type: 'event_msg', payload: { type: 'token_count', info: { total_token_usage: usage(100) } } },
      { type: 'token_usage_record', payload: { usage: usage(7), thread_token_usage: usage(200) } },
      { type: 'event_msg', payload: { type: 'token_count', info: null } },
      { type: 'response_item', payload: { text: 'a talk about token_usage' } },
    ];
    const rollout = ['cut off token_usage line', ...lines.map((line) => JSON.stringify(line)), ''].join('\n');
    expect(lastTotals(rollout)).toEqual({ inputTokens: 200, cachedInputTokens: 1, outputTokens: 2 });
  });

  it('of a thread that never got an answer says nothing was consumed', () => {
    expect(lastTotals('{"type":"session_meta"}\n')).toEqual(NO_TOTALS);
  });
});
