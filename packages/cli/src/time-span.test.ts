import { expect, test } from 'vitest';
import { parseTimeSpan } from './time-span.ts';

test.each([
  ['30m', 1_800_000],
  ['12h', 43_200_000],
  [' 7 d ', 604_800_000],
  ['0h', undefined],
  ['-1h', undefined],
  ['1.5h', undefined],
  ['daily', undefined],
  ['12', undefined],
  ['', undefined],
])('%j is %j ms', (text, ms) => {
  expect(parseTimeSpan(text)).toBe(ms);
});
