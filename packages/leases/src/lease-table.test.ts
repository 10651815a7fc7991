import { type EpochMs, type Fence, type HolderId, type ResourceKey, resource } from '@backlog-runner/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expire, grant, type LeaseTable, release, renew } from './lease-table.ts';

const holder = 'ada' as HolderId;
const host = { host: 'h', boot: 'b', pidNamespace: 'n', pid: 1, startedAt: '1' };
const at = (now: number, fence = now) => ({ fence: fence as Fence, now: now as EpochMs, host: undefined });
const nobody = () => false;
const ask = (...resources: string[]) => ({ resources: resources as ResourceKey[], holder, ttlMs: 100 });

function granted(table: LeaseTable, now: number, ...resources: string[]): LeaseTable {
  const result = grant(table, ask(...resources), at(now), nobody);
  return result ? result.table : expect.unreachable();
}

describe('a grant', () => {
  it.each([
    [['task/a'], ['task/a'], 'refused'],
    [['task/a'], ['task/b'], 'granted'],
    [['task/a'], ['task/ab'], 'granted'],
    [['path/src'], ['path/src/ui'], 'refused'],
    [['path/src/ui'], ['path/src'], 'refused'],
    [['path'], ['path/anything'], 'refused'],
    [['path/src'], ['path/src2'], 'granted'],
    [['task/a', 'path/x'], ['task/b', 'path/x/y'], 'refused'],
    [['task/a'], [], 'granted'],
  ])('beside %j, of %j, is %s', (held, wanted, expected) => {
    const result = grant(granted([], 1, ...held), ask(...wanted), at(2), nobody);
    expect(result ? 'granted' : 'refused').toBe(expected);
  });

  it('takes the place of leases in the way whose time is over, to the millisecond', () => {
    const table = granted([], 1, 'task/a');
    expect(grant(table, ask('task/a'), at(100), nobody)).toBeUndefined();
    expect(grant(table, ask('task/a'), at(101), nobody)?.table).toMatchObject([{ fence: 101 }]);
  });

  it('takes the place of leases in the way whose holder is dead, and leaves other leases alone', () => {
    const dead = grant(granted([], 1, 'task/b'), ask('task/a'), { ...at(2), host }, nobody)?.table ?? [];
    const isDead = ({ host }: { host?: unknown }) => host !== undefined;
    expect(grant(dead, ask('task/a'), at(3), isDead)?.table.map(({ fence }) => fence)).toEqual([1, 3]);
    expect(grant(dead, ask('task/a', 'task/b'), at(3), isDead)).toBeUndefined();
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('for %d milliseconds is a mistake of the caller', (ttlMs) => {
    expect(() => grant([], { ...ask('task/a'), ttlMs }, at(1), nobody)).toThrow(RangeError);
  });
});

describe('a renewal', () => {
  it('moves the end of a live lease to later, never to earlier, and keeps the rest of the table', () => {
    const table = granted(granted([], 1, 'task/a'), 2, 'task/b');
    expect(renew(table, 1 as Fence, 100, 50 as EpochMs)?.table).toMatchObject([{ expiresAt: 150 }, { expiresAt: 102 }]);
    expect(renew(table, 1 as Fence, 10, 50 as EpochMs)?.lease.expiresAt).toBe(101);
  });

  it('is impossible once the lease is over, though nobody took its place', () => {
    const table = granted([], 1, 'task/a');
    expect(renew(table, 1 as Fence, 100, 101 as EpochMs)).toBeUndefined();
    expect(renew([], 1 as Fence, 100, 2 as EpochMs)).toBeUndefined();
  });
});

describe('a release', () => {
  it('removes exactly its lease, once', () => {
    const table = granted(granted([], 1, 'task/a'), 2, 'task/b');
    const after = release(table, 1 as Fence, 3 as EpochMs);
    expect(after?.map(({ fence }) => fence)).toEqual([2]);
    expect(release(after ?? [], 1 as Fence, 3 as EpochMs)).toBeUndefined();
  });
});

describe('whatever happens to a table', () => {
  interface Held {
    readonly fence: number;
    readonly keys: readonly string[];
    readonly end: number;
  }
  const key = fc.constantFrom('task/a', 'task/b', 'path', 'path/src', 'path/src/ui', 'path/docs');
  const step = fc.oneof(
    fc.record({ do: fc.constant('acquire' as const), keys: fc.array(key, { minLength: 1, maxLength: 3 }) }),
    fc.record({ do: fc.constant('renew' as const), pick: fc.nat(9) }),
    fc.record({ do: fc.constant('release' as const), pick: fc.nat(9) }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 80 }) }),
  );
  const overlap = (a: string, b: string) => `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);

  it('it says what a plain list of holders and ends says', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let table: LeaseTable = [];
        let model: readonly Held[] = [];
        let now = 1;
        let fence = 0;
        for (const action of steps) {
          model = model.filter(({ end }) => end > now);
          if (action.do === 'wait') now += action.ms;
          if (action.do === 'acquire') {
            fence += 1;
            const result = grant(table, ask(...action.keys), at(now, fence), nobody);
            const free = model.every((held) =>
              held.keys.every((one) => action.keys.every((two) => !overlap(one, two))),
            );
            expect(result !== undefined).toBe(free);
            if (result) table = result.table;
            if (free) model = [...model, { fence, keys: action.keys, end: now + 100 }];
          }
          if (action.do === 'renew') {
            const result = renew(table, action.pick as Fence, 100, now as EpochMs);
            expect(result !== undefined).toBe(model.some((held) => held.fence === action.pick));
            if (result) table = result.table;
            model = model.map((held) => (held.fence === action.pick ? { ...held, end: now + 100 } : held));
          }
          if (action.do === 'release') {
            table = release(table, action.pick as Fence, now as EpochMs) ?? table;
            model = model.filter((held) => held.fence !== action.pick);
          }
          const live = expire(table, now as EpochMs);
          expect(live.map((lease) => [lease.fence, lease.expiresAt])).toEqual(
            model.filter(({ end }) => end > now).map((held) => [held.fence, held.end]),
          );
        }
      }),
    );
  });

  it('a key conflicts with itself', () => {
    expect(
      grant(granted([], 1, resource.landing('refs/heads/main')), ask('landing/refs%2Fheads%2Fmain'), at(2), nobody),
    ).toBeUndefined();
  });
});
