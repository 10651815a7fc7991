import { expect, it } from 'vitest';
import { breaches } from './breaches.mjs';
import { decisions } from './decisions.mjs';

const INDEX = '| | decision |\n| --- | --- |\n| [0001](0001-one-table.md) | One table |\n';
const said = (record, { index = INDEX, name = '0001-one-table.md' } = {}) =>
  breaches(decisions, { 'docs/decisions/README.md': index, [`docs/decisions/${name}`]: record });

it('accepts a record with a number, a date and a line in the list', () => {
  expect(said('# 1. One table\n\n2026-01-31\n\nWhy.\n')).toEqual([]);
});

it.each([
  ['no date', '# 1. One table\n\nWhy.\n', 'below the title there is no date'],
  ['a date that never was', '# 1. One table\n\n2026-02-30\n', 'below the title there is no date'],
  ['a date in words', '# 1. One table\n\n31 January 2026\n', 'below the title there is no date'],
  ['another number', '# 2. One table\n\n2026-01-31\n', 'the name and the title do not begin with one number'],
  ['no title', 'Why.\n', 'the name and the title do not begin with one number'],
])('finds %s', (_, record, words) => {
  expect(said(record)).toEqual([`docs/decisions/0001-one-table.md: ${words}`]);
});

it('finds a name without a number', () => {
  expect(said('# 1. One table\n\n2026-01-31\n', { name: 'one-table.md' })).toHaveLength(1);
});

it('finds a record that the list leaves out', () => {
  expect(said('# 1. One table\n\n2026-01-31\n', { index: '# Decisions\n' })).toEqual([
    'docs/decisions/README.md: does not list 0001-one-table.md, "One table"',
  ]);
});
