import { describe, expect, it } from 'vitest';
import { choice, count, many, one } from './option-values.ts';

const invocation = (values: Readonly<Record<string, readonly string[]>>) => ({
  argument: '',
  more: [],
  values: new Map(Object.entries(values)),
  switches: new Set<string>(),
});

describe('the values of options', () => {
  it('are undefined or empty when they were not given', () => {
    const nothing = invocation({});
    expect([one(nothing, 'a'), many(nothing, 'a'), count(nothing, 'a'), choice(nothing, 'a', ['x'])]).toEqual([
      undefined,
      [],
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['1', 1],
    ['64', 64],
  ])('count reads %j', (text, number) => expect(count(invocation({ n: [text] }), 'n')).toBe(number));

  it.each(['0', '-1', '1.5', '1e3', 'two', '', ' 2', '99999999999999999999'])('count refuses %j', (text) => {
    expect(() => count(invocation({ n: [text] }), 'n')).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  it('choice names what was probably meant', () => {
    const typed = invocation({ state: ['redy'] });
    expect(() => choice(typed, 'state', ['ready', 'done'])).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: 'Did you mean `--state ready`?' }),
    );
  });
});
