import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type HolderId,
  isBacklogError,
  type Lease,
  type LeaseManager,
  resource,
  type System,
  type TaskId,
} from '@backlog-runner/contracts';
import { testClock } from '@backlog-runner/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commit } from '../src/commit.ts';
import { type Draft, newDraft } from '../src/draft.ts';
import { fileLeases } from '../src/file-leases.ts';
import { readNewest } from '../src/newest.ts';
import { leaseDirectory } from './directory.ts';

const ada = 'ada' as HolderId;
const bob = 'bob' as HolderId;
const task = resource.task('greet' as TaskId);
const other = resource.task('other' as TaskId);
const lost = (error: unknown) => isBacklogError(error, 'LEASE_LOST');
const damaged = (error: unknown) => isBacklogError(error, 'LEASES_DAMAGED') && /delete/.test(`${error.hint}`);

async function take(leases: LeaseManager, key = task, holder = ada): Promise<Lease> {
  return (await leases.acquire({ resources: [key], holder, ttlMs: 100 })) ?? expect.unreachable();
}

function newestOf(directory: string) {
  const reading = readNewest(directory, undefined);
  return reading.status === 'read' ? reading.newest : expect.unreachable();
}

function draftIn(directory: string): Draft {
  const draft = newDraft(() => 'aaaa');
  draft.ready(directory);
  onTestFinished(() => draft.discard());
  return draft;
}

function newestFile(directory: string): string {
  const { number, successor } = newestOf(directory);
  return join(directory, successor, `${number}.json`);
}

describe('leases in files', () => {
  it('are seen by every manager of the directory, also one made later', async () => {
    const directory = leaseDirectory();
    const system = testClock();
    const lease = await take(fileLeases({ directory, system }));
    expect(await fileLeases({ directory, system }).list()).toEqual([lease]);
    expect(
      await fileLeases({ directory, system }).acquire({ resources: [task], holder: bob, ttlMs: 1 }),
    ).toBeUndefined();
  });

  it('end at their time by the wall clock, and cannot be renewed then though nobody took their place', async () => {
    const system = testClock();
    const leases = fileLeases({ directory: leaseDirectory(), system });
    const lease = await take(leases);
    await system.advance(99);
    expect((await leases.list()).length).toBe(1);
    await system.advance(1);
    expect(await leases.list()).toEqual([]);
    await expect(leases.renew(lease, 100)).rejects.toSatisfy(lost);
    expect((await take(leases, task, bob)).fence).toBeGreaterThan(lease.fence);
  });

  it('are renewed to a later end', async () => {
    const system = testClock();
    const leases = fileLeases({ directory: leaseDirectory(), system });
    const lease = await take(leases);
    await system.advance(60);
    const renewed = await leases.renew(lease, 100);
    expect(renewed).toEqual({ ...lease, expiresAt: lease.expiresAt + 60 });
    expect(await leases.list()).toEqual([renewed]);
  });

  it('are released once: releasing again neither writes nor ends the next one', async () => {
    const directory = leaseDirectory();
    const leases = fileLeases({ directory, system: testClock() });
    const first = await take(leases);
    await leases.release(first);
    const second = await take(leases, task, bob);
    const { number } = newestOf(directory);
    await leases.release(first);
    expect([await leases.list(), newestOf(directory).number]).toEqual([[second], number]);
  });

  it('last longer when the clock jumps back, and end when it jumps on', async () => {
    const day = 24 * 60 * 60 * 1000;
    const system = testClock();
    const leases = fileLeases({ directory: leaseDirectory(), system });
    const lease = await take(leases);
    system.jump(-day);
    expect(await leases.acquire({ resources: [task], holder: bob, ttlMs: 100 })).toBeUndefined();
    expect((await leases.renew(lease, 100)).fence).toBe(lease.fence);
    system.jump(2 * day);
    await expect(leases.renew(lease, 100)).rejects.toSatisfy(lost);
  });

  it('of a holder that is provably dead end at once; without proof they last', async () => {
    const directory = leaseDirectory();
    const system = testClock();
    await take(fileLeases({ directory, system }));
    const knowing = (alive: boolean | undefined) => fileLeases({ directory, system, holderIsAlive: () => alive });
    for (const alive of [true, undefined]) {
      expect(await knowing(alive).acquire({ resources: [task], holder: bob, ttlMs: 100 })).toBeUndefined();
    }
    expect(await knowing(false).list()).toEqual([]);
    expect(await take(knowing(false), task, bob)).toMatchObject({ holder: bob });
  });

  it('are not written by looking, by asking for what is taken, nor by giving back what is not held', async () => {
    const directory = leaseDirectory();
    const leases = fileLeases({ directory, system: testClock() });
    const absent = { fence: 3, resources: [], holder: ada, grantedAt: 0, expiresAt: 1 } as unknown as Lease;
    expect(await leases.list()).toEqual([]);
    await leases.release(absent);
    await expect(leases.renew(absent, 100)).rejects.toSatisfy(lost);
    expect(existsSync(directory)).toBe(false);
    await take(leases);
    const { number } = newestOf(directory);
    await leases.acquire({ resources: [task], holder: bob, ttlMs: 100 });
    expect(newestOf(directory).number).toBe(number);
  });
});

describe('fences', () => {
  it('start above the floor, which is asked for only when the directory is made', async () => {
    const directory = leaseDirectory();
    const system = testClock();
    let asked = 0;
    const floor = async () => {
      asked += 1;
      return 41;
    };
    expect((await take(fileLeases({ directory, system, floor }))).fence).toBe(42);
    expect((await take(fileLeases({ directory, system, floor }), other)).fence).toBe(43);
    expect(asked).toBe(1);
  });

  it('go on above the floor when somebody deleted the directory, and its holders notice', async () => {
    const directory = leaseDirectory();
    const leases = fileLeases({ directory, system: testClock(), floor: async () => 100 });
    const before = await take(leases);
    rmSync(directory, { recursive: true });
    await expect(leases.renew(before, 100)).rejects.toSatisfy(lost);
    expect((await take(leases)).fence).toBe(101);
  });

  it('are never used twice by a writer that slept while its table was compacted away', async () => {
    const directory = leaseDirectory();
    const leases = fileLeases({ directory, system: testClock() });
    await leases.release(await take(leases));
    const { number, successor } = newestOf(directory);
    for (let round = 0; round < 150; round += 1) await leases.release(await take(leases));
    const awake = newestOf(directory);
    const stale = {
      directory,
      segment: successor,
      number: number + 1,
      leases: [],
      boot: undefined,
      token: 'aaaa',
      draft: draftIn(directory),
    };
    expect(existsSync(join(directory, successor))).toBe(false);
    expect(commit(stale)).toBe(false);
    expect(newestOf(directory)).toEqual(awake);
  });

  it('are never used twice by a writer that was overtaken', async () => {
    const directory = leaseDirectory();
    const leases = fileLeases({ directory, system: testClock() });
    await take(leases);
    const { number, successor } = newestOf(directory);
    const late = {
      directory,
      segment: successor,
      number: number + 1,
      leases: [],
      boot: undefined,
      token: 'aaaa',
      draft: draftIn(directory),
    };
    await take(leases, other);
    expect(commit(late)).toBe(false);
    expect(readdirSync(join(directory, successor)).filter((name) => name.endsWith('.aside'))).toEqual([]);
  });
});

describe('the directory', () => {
  it('stays small however many changes there were', async () => {
    const directory = leaseDirectory();
    const leases = fileLeases({ directory, system: testClock() });
    for (let round = 0; round < 200; round += 1) await leases.release(await take(leases));
    const files = readdirSync(directory, { recursive: true });
    expect(files.length).toBeLessThan(3 * 64);
    expect(files.filter((name) => /aside|retired/.test(String(name)))).toEqual([]);
  });

  it('that is cleared of what a crash left is none the worse for it', async () => {
    const directory = leaseDirectory();
    const leases = fileLeases({ directory, system: testClock() });
    const kept = await fileLeases({ directory, system: testClock() }).acquire({
      resources: [other],
      holder: bob,
      ttlMs: 1e6,
    });
    mkdirSync(join(directory, 'retired-abc-0', '1-a'), { recursive: true });
    mkdirSync(join(directory, '2-prepared'));
    writeFileSync(join(directory, 'origin.json.abc.aside'), 'torn');
    writeFileSync(join(directory, newestOf(directory).successor, '2.json.abc.aside'), '{"num');
    for (let round = 0; round < 100; round += 1) await leases.release(await take(leases));
    expect(await leases.list()).toEqual([kept]);
    expect(readdirSync(directory).filter((name) => /aside|retired|2-prepared/.test(name))).toEqual([]);
  });

  it('whose newest table is damaged is an error that says what to do', async () => {
    const directory = leaseDirectory();
    const leases = fileLeases({ directory, system: testClock() });
    await take(leases);
    truncateSync(newestFile(directory), 5);
    await expect(leases.list()).rejects.toSatisfy(damaged);
    await expect(leases.acquire({ resources: [other], holder: bob, ttlMs: 1 })).rejects.toSatisfy(damaged);
    rmSync(directory, { recursive: true });
    expect(await take(leases)).toMatchObject({ holder: ada });
  });

  it('whose segments were deleted is an error that says what to do', async () => {
    const directory = leaseDirectory();
    await take(fileLeases({ directory }));
    for (const name of readdirSync(directory))
      if (name !== 'origin.json') rmSync(join(directory, name), { recursive: true });
    const impatient: System = {
      ...testClock(),
      after(_delayMs, action) {
        const soon = setImmediate(action);
        return () => clearImmediate(soon);
      },
    };
    await expect(fileLeases({ directory, system: impatient }).list()).rejects.toSatisfy(damaged);
  });

  it('that cannot be written is an error that says what to do', async () => {
    const directory = leaseDirectory();
    mkdirSync(dirname(dirname(directory)), { recursive: true });
    writeFileSync(dirname(directory), 'a file');
    const failed = (error: unknown) => isBacklogError(error, 'STORAGE_FAILED') && error.hint !== undefined;
    await expect(take(fileLeases({ directory }))).rejects.toSatisfy(failed);
    await expect(fileLeases({ directory }).list()).rejects.toSatisfy(failed);
  });
});

describe.skipIf(process.platform !== 'linux')('a table torn by a crash of the machine', () => {
  it('is passed over, its number is not used again, and the leases of then are over', async () => {
    const directory = leaseDirectory();
    const leases = fileLeases({ directory, system: testClock() });
    const before = await take(leases);
    const beforeFile = newestFile(directory);
    await take(leases, other);
    truncateSync(newestFile(directory), 5);
    const table = JSON.parse(readFileSync(beforeFile, 'utf8'));
    for (const lease of table.leases) lease.host.boot = 'earlier';
    writeFileSync(beforeFile, JSON.stringify({ ...table, boot: 'earlier' }));
    expect(await leases.list()).toEqual([]);
    expect((await take(leases)).fence).toBe(before.fence + 2);
  });
});
