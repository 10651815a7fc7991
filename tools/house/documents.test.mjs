import { expect, it } from 'vitest';
import { breaches } from './breaches.mjs';
import { documents } from './documents.mjs';

const said = (text, more = {}) =>
  breaches(documents, { 'docs/a.md': text, 'docs/b.md': '# One thing, and *another*\n', LICENSE: 'MIT', ...more });

it.each([
  '[there](b.md)',
  '[above](../LICENSE)',
  '[a heading](b.md#one-thing-and-another)',
  '# Here\n[here](#here)',
  '[elsewhere](https://example.com/c.md)',
  '[by mail](mailto:a@example.com)',
  '```\n[in an example](c.md)\n```',
])('follows %s', (text) => {
  expect(said(text)).toEqual([]);
});

it.each([
  ['[nowhere](c.md)', 'leads to c.md, which is not there'],
  ['[too far](../b.md)', 'leads to ../b.md, which is not there'],
  ['![no picture](c.png)', 'leads to c.png, which is not there'],
  ['[no heading](b.md#two)', 'b.md has no heading #two'],
])('finds %s', (text, words) => {
  expect(said(text)).toEqual([`docs/a.md: ${words}`]);
});

it('asks every published package for a README', () => {
  expect(said('', { 'packages/store/package.json': {} })).toEqual(['packages/store: there is no README.md']);
  expect(said('', { 'packages/store/package.json': {}, 'packages/store/README.md': '# Store' })).toEqual([]);
});
