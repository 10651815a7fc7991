import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareNumbers, firstOf } from './order.ts';

it('the first of many are what a sort would put first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: 1, max: 12 }), (keys, most) => {
      const items = keys.map((key, place) => ({ key, place }));
      const byKey = (left: { key: number }, right: { key: number }) => compareNumbers(left.key, right.key);
      expect(firstOf(items, most, byKey)).toEqual([...items].sort(byKey).slice(0, most));
    }),
  );
});
