import { describe, expect, it } from 'vitest';
import { ownHostRecord, processIsAlive } from './host-record.ts';

const own = ownHostRecord();

describe.skipIf(own === undefined)('where the system tells about processes', () => {
  const record = own ?? expect.unreachable();

  it.each([
    ['this process lives', {}, true],
    ['a process of an earlier life of the machine is dead', { boot: 'earlier' }, false],
    ['a process whose id was given to a later one is dead', { startedAt: '0' }, false],
    ['a process that does not exist is dead', { pid: 2 ** 22 + 1 }, false],
    ['a process of another host may live', { host: 'elsewhere', boot: 'other' }, undefined],
    ['a process of another container may live', { pidNamespace: 'pid:[1]' }, undefined],
  ])('%s', (_claim, change, alive) => {
    expect(processIsAlive({ ...record, ...change }, record)).toBe(alive);
  });
});

it('nothing is known about a process where the system does not tell', () => {
  const record = { host: 'h', boot: 'b', pidNamespace: 'n', pid: 1, startedAt: '1' };
  expect(processIsAlive(record, undefined)).toBeUndefined();
});
