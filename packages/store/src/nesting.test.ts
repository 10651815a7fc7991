import { expect, it } from 'vitest';
import { Lexer } from 'yaml';
import { DEEPEST, tooDeepAt } from './nesting.ts';

const brackets = (depth: number) => `a: ${'['.repeat(depth)}${']'.repeat(depth)}\n`;

it.each([
  ['a list in a list, to the limit', brackets(DEEPEST), undefined],
  ['one more', `b: 'x'\n${brackets(DEEPEST + 1)}`, 7 + 3 + DEEPEST],
  ['brackets that nobody closes', '{['.repeat(100_000), DEEPEST],
  ['lists on one line', '- '.repeat(100_000), 2 * DEEPEST],
  ['keys on one line', '? '.repeat(100_000), 2 * DEEPEST],
  ['many items, one a line', '- a\n'.repeat(1000), undefined],
  ['many lists side by side', `a: [${'[], '.repeat(1000)}]\n`, undefined],
  [
    'brackets in texts',
    `a: "${'['.repeat(1000)}"\nb: |\n  ${'- [ '.repeat(1000)}\nc: x${'['.repeat(1000)}\n`,
    undefined,
  ],
])('%s', (_what, text, at) => {
  expect(tooDeepAt(text, new Lexer())).toBe(at);
});
