import { BacklogError, type LeaseManager, type RunId, resource } from '@backlog-runner/contracts';
import { memoryLeases, testClock } from '@backlog-runner/testkit';
import { expect, test } from 'vitest';
import { keepPresence } from './keep-presence.ts';

const run = 'run-a' as RunId;
const rules = { leaseTtlMs: 30_000 };

function present(leases: LeaseManager): Promise<boolean> {
  return leases.list().then((live) => live.some(({ resources }) => resources.includes(resource.runner(run))));
}

test('a run that lost its presence by its own clock alone takes it again, although the old lease still stands', async () => {
  const clock = testClock();
  const leases = memoryLeases({ system: clock });
  let isSilent = true;
  const renew: LeaseManager['renew'] = async (lease, ttlMs) => {
    if (isSilent) throw new BacklogError('STORAGE_FAILED', 'The disk gave no answer.');
    return leases.renew(lease, ttlMs);
  };
  const presence = await keepPresence({ leases: { ...leases, renew }, system: clock }, rules, run);
  await clock.advance(28_000);
  isSilent = false;
  await clock.advance(10 * 60_000);
  expect(await present(leases)).toBe(true);
  await presence.end();
  expect(await leases.list()).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});

test('presence is asked for until it is there again, and not after the end', async () => {
  const clock = testClock();
  const leases = memoryLeases({ system: clock });
  let isFull = false;
  const acquire: LeaseManager['acquire'] = async (request) => {
    if (isFull) throw new BacklogError('STORAGE_FAILED', 'The disk is full.');
    return leases.acquire(request);
  };
  const presence = await keepPresence({ leases: { ...leases, acquire }, system: clock }, rules, run);
  isFull = true;
  clock.jump(3_600_000);
  await clock.advance(60_000);
  expect(await present(leases)).toBe(false);
  isFull = false;
  await clock.advance(2_000);
  expect(await present(leases)).toBe(true);
  isFull = true;
  clock.jump(3_600_000);
  await clock.advance(60_000);
  await presence.end();
  isFull = false;
  await clock.advance(60_000);
  expect(await leases.list()).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});

test('a run whose presence was gone takes nobody for dead until everybody has had time to come back', async () => {
  const clock = testClock();
  const leases = memoryLeases({ system: clock });
  const presence = await keepPresence({ leases, system: clock }, rules, run);
  expect(presence.mayJudge(await leases.list())).toBe(true);
  clock.jump(86_400_000);
  expect(presence.mayJudge(await leases.list())).toBe(false);
  await clock.advance(12_000);
  expect(await present(leases)).toBe(true);
  expect(presence.mayJudge(await leases.list())).toBe(false);
  await clock.advance(30_000);
  expect(presence.mayJudge(await leases.list())).toBe(true);
  await presence.end();
});
