import { expect, test } from 'vitest';
import { ancestryOf, treeOf } from './kin.ts';

const processes = [
  { pid: 5, parent: 4 },
  { pid: 4, parent: 2 },
  { pid: 1, parent: 0 },
  { pid: 2, parent: 1 },
  { pid: 3, parent: 2 },
  { pid: 6, parent: 1 },
];

test('a tree is a process and all below it, in whatever order they are listed', () => {
  expect(treeOf(processes, 2).map(({ pid }) => pid)).toEqual([2, 4, 3, 5]);
  expect(treeOf(processes, 9)).toEqual([]);
});

test('an ancestry is a process and all above it', () => {
  expect([...ancestryOf(processes, 5)]).toEqual([5, 4, 2, 1, 0]);
});

test('a circle, as ids that were used again make it look, ends', () => {
  const circle = [
    { pid: 1, parent: 2 },
    { pid: 2, parent: 1 },
  ];
  expect(treeOf(circle, 1)).toHaveLength(2);
  expect(ancestryOf(circle, 1).size).toBe(2);
});
