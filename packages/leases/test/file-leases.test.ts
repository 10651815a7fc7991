import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
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
import { fileLeases } from '../src/file-leases.ts';
import { flushFile } from '../src/flush.ts';
import { readNewest } from '../src/newest.ts';
import { newSheet, type Sheet } from '../src/sheet.ts';
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

function sheetIn(directory: string): Sheet {
  const sheet = newSheet(() => 'aaaa');
  sheet.ready(directory);
  onTestFinished(() => sheet.discard());
  return sheet;
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
      token: () => 'aaaa',
      sheet: sheetIn(directory),
    };
    expect(existsSync(join(directory, successor))).toBe(false);
    expect(commit(stale)).toBeUndefined();
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
      token: () => 'aaaa',
      sheet: sheetIn(directory),
    };
    await take(leases, other);
    expect(commit(late)).toBeUndefined();
    expect(readdirSync(join(directory, successor)).filter((name) => name.endsWith('.aside'))).toEqual([]);
  });
});

describe('the directory', () => {
  it('stays small however many changes there were', async () => {
    const directory = leaseDirectory();
    const leases = fileLeases({ directory, system: testClock() });
    for (let round = 0; round < 200; round += 1) await leases.release(await take(leases));
    const files = readdirSync(directory, { recursive: true });
    expect(files.length).toBeLessThan(3 * 128);
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
    for (let round = 0; round < 150; round += 1) await leases.release(await take(leases));
    expect(await leases.list()).toEqual([kept]);
    expect(readdirSync(directory).filter((name) => /aside|retired|2-prepared/.test(name))).toEqual([]);
  });

  it('whose newest table is damaged is an error that says what to do', async () => {
    const directory = leaseDirectory();
    const leases = fileLeases({ directory, system: testClock() });
    await take(leases);
    truncateSync(newestFile(directory), 5);
    const others = fileLeases({ directory, system: testClock() });
    await expect(others.list()).rejects.toSatisfy(damaged);
    await expect(others.acquire({ resources: [other], holder: bob, ttlMs: 1 })).rejects.toSatisfy(damaged);
    rmSync(directory, { recursive: true });
    expect(await take(others)).toMatchObject({ holder: ada });
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
  it.each([
    ['in a file of its own', true],
    ['below others in a file', false],
  ])('%s is passed over, its number is not used again, and the leases of then are over', async (_where, isApart) => {
    const directory = leaseDirectory();
    const manager = () => fileLeases({ directory, system: testClock() });
    const first = manager();
    const before = await take(first);
    const beforeFile = newestFile(directory);
    await take(isApart ? manager() : first, other);
    const torn = newestFile(directory);
    truncateSync(torn, statSync(torn).size - 5);
    writeFileSync(beforeFile, readFileSync(beforeFile, 'utf8').replace(/"boot":"[^"]+"/g, '"boot":"earlier"'));
    expect(await manager().list()).toEqual([]);
    expect((await take(manager())).fence).toBe(before.fence + 2);
  });
});

describe('the files of tables', () => {
  const fileOf = (directory: string) => statSync(newestFile(directory));

  it('are made seldom: a manager writes many tables to one', async () => {
    const directory = leaseDirectory();
    const leases = fileLeases({ directory, system: testClock() });
    const lease = await take(leases);
    const { ino } = fileOf(directory);
    for (let round = 0; round < 20; round += 1) await leases.renew(lease, 100);
    expect(fileOf(directory).ino).toBe(ino);
  });

  it('stay small though tables are large', async () => {
    const directory = leaseDirectory();
    const leases = fileLeases({ directory, system: testClock() });
    const lease = await take(leases, task, 'a'.repeat(3_000) as HolderId);
    for (let round = 0; round < 40; round += 1) {
      await leases.renew(lease, 100);
      expect(fileOf(directory).size).toBeLessThan(20_000);
    }
  });

  it.each([
    ['written', undefined],
    ['flushed', (file: string) => flushFile(`${file}-gone`)],
  ])('that somebody cleared away before they were %s are begun anew', (_when, flush) => {
    const directory = leaseDirectory();
    mkdirSync(directory, { recursive: true });
    const sheet = sheetIn(directory);
    if (!flush) rmSync(join(directory, 'aaaa.aside'));
    expect(sheet.publish('lost\n', join(directory, '1.json'), flush)).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
    expect(sheet.ready(directory)).toBe(false);
    expect(sheet.publish('kept\n', join(directory, '1.json'))).toBe(true);
    expect(readFileSync(join(directory, '1.json'), 'utf8')).toBe('kept\n');
  });

  it('keep the tables of a writer that was overtaken in between', async () => {
    const directory = leaseDirectory();
    const [left, right] = [1, 2].map(() => fileLeases({ directory, system: testClock() }));
    if (!left || !right) expect.unreachable();
    const lease = await take(left);
    const { number, successor: segment } = newestOf(directory);
    const sheet = sheetIn(join(directory, segment));
    const table = { directory, segment, leases: [], boot: undefined, token: () => 'aaaa', sheet };
    expect(commit({ ...table, number: number + 1 })).toMatchObject({ number: number + 1 });
    await take(right, other);
    expect(commit({ ...table, number: number + 2, leases: [lease] })).toBeUndefined();
    expect(commit({ ...table, number: number + 3, leases: [lease] })).toMatchObject({ number: number + 3 });
    for (const leases of [left, right, fileLeases({ directory, system: testClock() })])
      expect(await leases.list()).toEqual([lease]);
  });

  it.each([1, 2, 3, 10, 100, 200, 300])(
    'are read up to the newest one, which came %i changes later',
    async (changes) => {
      const directory = leaseDirectory();
      const [reader, writer] = [1, 2].map(() => fileLeases({ directory, system: testClock() }));
      if (!reader || !writer) expect.unreachable();
      await take(reader);
      const lease = await take(writer, other);
      expect((await reader.list()).length).toBe(2);
      for (let change = 0; change < changes; change += 1) await writer.renew(lease, 101 + change);
      expect((await reader.list()).at(-1)?.expiresAt).toBe(lease.grantedAt + 100 + changes);
    },
  );
});
