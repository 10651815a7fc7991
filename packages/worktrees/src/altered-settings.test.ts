import { expect, test } from 'vitest';
import { accountsFor, alteredBetween, parseAltered } from './altered-settings.ts';

const facts = (entries: Record<string, string>) => new Map(Object.entries(entries));
const first = alteredBetween(facts({ config: '1', same: 's' }), facts({ config: '2', same: 's', hook: 'h' }));
const second = alteredBetween(facts({ config: '2', hook: 'h' }), facts({ config: '3' }));

test('what is new, different and gone is altered', () => {
  expect(first).toEqual([
    { name: 'config', was: '1', is: '2' },
    { name: 'hook', is: 'h' },
  ]);
  expect(second).toEqual([
    { name: 'config', was: '2', is: '3' },
    { name: 'hook', was: 'h' },
  ]);
});

test('changes in a row account for their sum, in any order of telling', () => {
  const altered = [...second, ...first];
  expect(accountsFor(altered, { name: 'config', was: '1', is: '3' })).toBe(true);
  expect(accountsFor(altered, { name: 'config', was: '1', is: '4' })).toBe(false);
  expect(accountsFor(altered, { name: 'config', was: '3', is: '1' })).toBe(false);
  expect(accountsFor(altered, { name: 'other', was: '1', is: '2' })).toBe(false);
  expect(accountsFor(altered, { name: 'hook', was: undefined, is: 'h' })).toBe(true);
});

test('only what is of the right form is believed', () => {
  expect(parseAltered([{ name: 'config', was: '1' }, { name: 7 }, null, 'x', { name: 'a', is: {} }])).toEqual([
    { name: 'config', was: '1' },
  ]);
  expect(parseAltered('x')).toEqual([]);
});
