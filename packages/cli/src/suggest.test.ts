import { describe, expect, it } from 'vitest';
import { editDistance, suggest } from './suggest.ts';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['status', 'status', 0],
    ['statsu', 'status', 1],
    ['strat', 'start', 1],
    ['kitten', 'sitting', 3],
  ])('%j to %j takes %i', (left, right, distance) => {
    expect(editDistance(left, right)).toBe(distance);
    expect(editDistance(right, left)).toBe(distance);
  });
});

describe('suggest', () => {
  const commands = ['init', 'start', 'stop', 'status', 'sync', 'add', 'list', 'show'];
  it.each([
    ['strat', 'start'],
    ['statut', 'status'],
    ['LIST', 'list'],
    ['ad', 'add'],
    ['shwo', 'show'],
  ])('takes %j for %j', (typed, meant) => expect(suggest(typed, commands)).toBe(meant));

  it('suggests nothing for a word that is near to none', () => {
    expect(suggest('deploy', commands)).toBeUndefined();
    expect(suggest('x', commands)).toBeUndefined();
    expect(suggest('start', [])).toBeUndefined();
  });
});
