import { expect, it } from 'vitest';
import { breaches } from './breaches.mjs';
import { unusedExports } from './unused-exports.mjs';

const said = (files) =>
  breaches(unusedExports, {
    'packages/store/package.json': { exports: { '.': { '@backlog-runner/source': './src/index.ts' } } },
    'packages/store/src/index.ts': "export { used } from './a.ts';\n",
    'packages/store/src/a.ts': 'export function used(): void {}\n',
    ...Object.fromEntries(Object.entries(files).map(([file, code]) => [`packages/store/${file}`, code])),
  });

it.each([
  ['what the package shows', {}],
  ['what another file needs', { 'src/index.ts': "import { used as own } from './a.ts';\nown();\n" }],
  ['what a test needs', { 'src/b.ts': 'export const one = 1;\n', 'src/b.test.ts': "import { one } from './b.ts';\n" }],
  ['what is imported as a whole', { 'src/b.ts': 'export const one = 1;\n', 'src/c.test.ts': "import('./b.ts');\n" }],
  ['a program that is built', { 'src/bin.ts': 'export const one = 1;\n', 'tsup.config.ts': "entry: ['src/bin.ts']" }],
  [
    'a type of its signatures',
    { 'src/a.ts': 'export interface Options {}\nexport function used(options: Options): void {}\n' },
  ],
])('%s is used', (_, files) => {
  expect(said(files)).toEqual([]);
});

it.each([
  ['export const idle = 1;', 'idle'],
  ['export async function idle(): Promise<void> {}', 'idle'],
  ['export interface Idle {}', 'Idle'],
  ['const one = 1;\nexport { one as idle };', 'idle'],
])('finds what nobody uses: %s', (code, name) => {
  expect(said({ 'src/a.ts': `${code}\nexport function used(): void {}\n` })).toEqual([
    expect.stringMatching(new RegExp(`a\\.ts:\\d: nobody uses its export ${name}$`)),
  ]);
});

it('finds a file that nobody uses', () => {
  expect(said({ 'src/b.ts': 'const idle = 1;\n' })).toEqual(['packages/store/src/b.ts: nothing uses it']);
});
