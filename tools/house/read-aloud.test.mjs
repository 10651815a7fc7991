import { describe, expect, it } from 'vitest';
import { breaches } from './breaches.mjs';
import { readAloud } from './read-aloud.mjs';

const said = (code, file = 'packages/runner/src/a.ts') =>
  breaches(readAloud, { [`${file.split('/').slice(0, 2).join('/')}/package.json`]: {}, [file]: code });

/** Statements of so many words. */
const words = (count) => 'go();'.repeat(count);
const found = (name, count, line = 1) => [
  `packages/runner/src/a.ts:${line}: ${name} has ${count} words, and a minute has 150`,
];

it('lets a function be read for a minute and no longer', () => {
  // "function" and "a" are said too.
  expect(said(`function a() { ${words(148)} }`)).toEqual([]);
  expect(said(`function a() { ${words(149)} }`)).toEqual(found('a', 151));
});

describe.each([
  ['a name, word by word', 'takeOverHTMLAgain();', 4],
  ['keywords', 'if (a) return;', 3],
  ['types', 'const text: string = a;', 4],
  ['a number as one word', 'go(30_000);', 2],
  ['the words of a string', "go('to the end');", 4],
  ['the words of a template, and what is put in', `go(\`to \${theEnd} now\`);`, 5],
  ['no escape', "go('to\\nthe');", 3],
  ['no signs', 'a ??= !(b === c) ? [d, { ...e }] : f;', 6],
  ['no comment', 'go(); // and on\n/* and on */', 1],
])('counts %s', (_, code, count) => {
  it(code, () => {
    expect(said(`function a() { ${code} ${words(148 - count)} }`)).toEqual([]);
    expect(said(`function a() { ${code} ${words(149 - count)} }`)).toEqual(found('a', 151));
  });
});

it.each([
  ['a function', (body) => `export async function a(): Promise<void> { ${body} }`, [found('a', 155)]],
  ['an arrow function', (body) => `const a = async () => { ${body} };`, [found('a', 151)]],
  ['what is handed over', (body) => `go(() => { go(); ${body} });`, [found('a function', 151)]],
  ['a method', (body) => `const it = { a() { go(); ${body} } };`, [found('a', 151)]],
  ['a class', (body) => `class It { a() { go(); ${body} } }`, [found('a', 151)]],
  [
    'a factory, and what it makes',
    (body) => `function a() { return { b: () => { go(); ${body} } }; }`,
    [found('a', 155), found('b', 151)],
  ],
])('counts the words of %s', (_, around, findings) => {
  expect(said(around(words(150)))).toEqual(findings.flat());
});

it.each(['packages/runner/src/a.test.ts', 'packages/runner/test/a.ts', 'packages/store/src/a.ts'])(
  'leaves %s alone',
  (file) => {
    expect(said(`function a() { ${words(200)} }`, file)).toEqual([]);
  },
);
