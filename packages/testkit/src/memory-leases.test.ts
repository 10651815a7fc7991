import { type HolderId, isBacklogError, keepLease, type Lease, resource, type TaskId } from '@backlog-runner/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryLeases } from './memory-leases.ts';
import { testClock } from './test-clock.ts';

const ada = 'ada' as HolderId;
const bob = 'bob' as HolderId;
const task = resource.task('greet' as TaskId);
const ui = resource.path('src/ui');
const lost = (error: unknown) => isBacklogError(error, 'LEASE_LOST');

describe('leases in memory', () => {
  it('grant all of the resources or none', async () => {
    const leases = memoryLeases({ system: testClock() });
    await leases.acquire({ resources: [ui], holder: ada, ttlMs: 100 });
    expect(await leases.acquire({ resources: [task, resource.path('src')], holder: bob, ttlMs: 100 })).toBeUndefined();
    expect(await leases.acquire({ resources: [task], holder: bob, ttlMs: 100 })).toMatchObject({ resources: [task] });
  });

  it('grant a larger fence every time, also after a release and above what was asked for', async () => {
    const leases = memoryLeases({ system: testClock(), above: 40 });
    const fences: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const lease = await leases.acquire({ resources: [task], holder: ada, ttlMs: 100 });
      if (!lease) expect.unreachable();
      fences.push(lease.fence);
      await leases.release(lease);
    }
    expect(fences).toEqual([41, 42, 43]);
  });

  it('end exactly at their time, and cannot be renewed then though nobody took their place', async () => {
    const clock = testClock();
    const leases = memoryLeases({ system: clock });
    const lease = await leases.acquire({ resources: [task], holder: ada, ttlMs: 100 });
    if (!lease) expect.unreachable();
    await clock.advance(99);
    expect(await leases.list()).toEqual([lease]);
    await clock.advance(1);
    expect(await leases.list()).toEqual([]);
    await expect(leases.renew(lease, 100)).rejects.toSatisfy(lost);
  });

  it('are renewed to a later end, never to an earlier one', async () => {
    const clock = testClock();
    const leases = memoryLeases({ system: clock });
    const lease = await leases.acquire({ resources: [task], holder: ada, ttlMs: 100 });
    if (!lease) expect.unreachable();
    await clock.advance(50);
    expect(await leases.renew(lease, 100)).toEqual({ ...lease, expiresAt: lease.expiresAt + 50 });
    expect((await leases.renew(lease, 1)).expiresAt).toBe(lease.expiresAt + 50);
  });

  it('are released once; releasing again does not end the next one', async () => {
    const leases = memoryLeases({ system: testClock() });
    const first = await leases.acquire({ resources: [task], holder: ada, ttlMs: 100 });
    if (!first) expect.unreachable();
    await leases.release(first);
    const second = await leases.acquire({ resources: [task], holder: bob, ttlMs: 100 });
    await leases.release(first);
    expect(await leases.list()).toEqual([second]);
    await expect(leases.renew(first, 100)).rejects.toSatisfy(lost);
  });

  it('are kept by a holder whose timers run', async () => {
    const clock = testClock();
    const leases = memoryLeases({ system: clock });
    const lease = await leases.acquire({ resources: [task], holder: ada, ttlMs: 90 });
    if (!lease) expect.unreachable();
    const kept = keepLease({ leases, lease, ttlMs: 90, system: clock });
    await clock.advance(1000);
    expect([kept.signal.aborted, (await leases.list()).length]).toEqual([false, 1]);
    await kept.end();
    expect([await leases.list(), clock.pendingTimers]).toEqual([[], 0]);
  });

  it('never conflict with each other, whatever is asked and however time passes', async () => {
    const path = fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }).map((parts) => resource.path(parts.join('/')));
    const step = fc.record({ resources: fc.array(path, { minLength: 1, maxLength: 3 }), pass: fc.nat(60) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const clock = testClock();
        const leases = memoryLeases({ system: clock });
        const granted: Lease[] = [];
        for (const { resources, pass } of steps) {
          const lease = await leases.acquire({ resources, holder: ada, ttlMs: 100 });
          if (lease) granted.push(lease);
          clock.jump(pass);
          const parts = (await leases.list()).map((live) => live.resources.map((key) => `${key}/`));
          const others = (own: number) => parts.filter((_, index) => index !== own).flat();
          const clash = parts.some((own, index) =>
            own.some((key) => others(index).some((other) => key.startsWith(other) || other.startsWith(key))),
          );
          expect(clash).toBe(false);
        }
        expect(granted.map(({ fence }) => fence)).toEqual(granted.map((_, index) => index + 1));
      }),
    );
  });
});
