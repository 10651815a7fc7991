import { describe, expect, it } from 'vitest';
import { nearMatch } from './near-match.ts';

describe('nearMatch', () => {
  const names = ['planned', 'ready', 'done', 'high', 'low'];
  it.each([
    ['reddy', 'ready'],
    ['READY', 'ready'],
    ['hihg', 'high'],
    ['plnanned', 'planned'],
    ['don', 'done'],
    ['lwo', 'low'],
    ['urgent', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ])('takes %s for %s', (text, meant) => {
    expect(nearMatch(text, names)).toBe(meant);
  });
});
