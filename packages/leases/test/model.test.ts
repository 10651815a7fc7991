import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type HolderId,
  isBacklogError,
  type Lease,
  type LeaseManager,
  type ResourceKey,
  resourcesConflict,
} from '@backlog-runner/contracts';
import { memoryLeases, type TestClock, testClock } from '@backlog-runner/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileLeases } from '../src/index.ts';

const TTL = 100;
const PROCESSES = 3;

/** All there is to say about leases: who holds what until when, by the wall clock. */
interface Model {
  now: number;
  highest: number;
  held: readonly { readonly lease: Lease; readonly end: number }[];
  /** Every lease that was ever granted: also those that are over are renewed and released. */
  given: readonly Lease[];
  dead: ReadonlySet<number>;
}

interface Real {
  readonly clock: TestClock;
  /** As each process has them. */
  readonly managers: readonly LeaseManager[];
}

type Command = fc.AsyncCommand<Model, Real>;

const holderOf = (process: number) => `process-${process}` as HolderId;
const live = ({ held, now }: Model) => held.filter(({ end }) => end > now);
const managerOf = ({ managers }: Real, process: number) => managers[process] ?? expect.unreachable();
const chosen = ({ given }: Model, pick: number) => given[pick % given.length] ?? expect.unreachable();

async function listsTheModel(model: Model, real: Real): Promise<void> {
  for (const leases of real.managers) {
    const listed = (await leases.list()).map(({ fence, expiresAt }) => [fence, expiresAt]);
    expect(listed).toEqual(live(model).map(({ lease, end }) => [lease.fence, end]));
  }
}

const acquire = (process: number, resources: readonly ResourceKey[]): Command => ({
  check: ({ dead }) => !dead.has(process),
  async run(model, real) {
    const lease = await managerOf(real, process).acquire({ resources, holder: holderOf(process), ttlMs: TTL });
    const taken = live(model).flatMap(({ lease }) => lease.resources);
    const isFree = !resources.some((key) => taken.some((other) => resourcesConflict(key, other)));
    expect(lease !== undefined).toBe(isFree);
    if (!lease) return;
    expect(lease.fence).toBeGreaterThan(model.highest);
    model.highest = lease.fence;
    model.held = [...live(model), { lease, end: model.now + TTL }];
    model.given = [...model.given, lease];
    await listsTheModel(model, real);
  },
  toString: () => `${holderOf(process)} acquires ${resources.join(', ')}`,
});

const renew = (process: number, pick: number): Command => ({
  check: ({ dead, given }) => !dead.has(process) && given.length > 0,
  async run(model, real) {
    const lease = chosen(model, pick);
    const isLive = live(model).some((held) => held.lease.fence === lease.fence);
    const renewed = await managerOf(real, process)
      .renew(lease, TTL)
      .catch((error: unknown) => {
        expect(isBacklogError(error, 'LEASE_LOST')).toBe(true);
      });
    expect(renewed !== undefined).toBe(isLive);
    model.held = live(model).map((held) =>
      held.lease.fence === lease.fence ? { ...held, end: model.now + TTL } : held,
    );
    await listsTheModel(model, real);
  },
  toString: () => `${holderOf(process)} renews the lease ${pick}`,
});

const release = (process: number, pick: number): Command => ({
  check: ({ dead, given }) => !dead.has(process) && given.length > 0,
  async run(model, real) {
    const lease = chosen(model, pick);
    await managerOf(real, process).release(lease);
    model.held = model.held.filter((held) => held.lease.fence !== lease.fence);
    await listsTheModel(model, real);
  },
  toString: () => `${holderOf(process)} releases the lease ${pick}`,
});

const pass = (ms: number): Command => ({
  check: () => true,
  async run(model, real) {
    real.clock.jump(ms);
    model.now += ms;
    await listsTheModel(model, real);
  },
  toString: () => `${ms} ms pass`,
});

/** It neither renews nor releases any more. What it held lasts until its end. */
const die = (process: number): Command => ({
  check: ({ dead }) => !dead.has(process) && dead.size < PROCESSES - 1,
  async run(model, real) {
    model.dead = new Set([...model.dead, process]);
    await listsTheModel(model, real);
  },
  toString: () => `${holderOf(process)} dies`,
});

const process = fc.nat(PROCESSES - 1);
const key = fc.constantFrom('task/a', 'task/b', 'path', 'path/src', 'path/src/ui', 'path/src2', 'capability/db');
const keys = fc.uniqueArray(key, { minLength: 1, maxLength: 3 }) as fc.Arbitrary<unknown> as fc.Arbitrary<
  ResourceKey[]
>;
const histories = fc.commands(
  [
    fc.tuple(process, keys).map(([from, resources]) => acquire(from, resources)),
    fc.tuple(process, keys).map(([from, resources]) => acquire(from, resources)),
    fc.tuple(process, fc.nat(20)).map(([from, pick]) => renew(from, pick)),
    fc.tuple(process, fc.nat(20)).map(([from, pick]) => release(from, pick)),
    fc.integer({ min: 1, max: 120 }).map(pass),
    process.map(die),
  ],
  { maxCommands: 25 },
);

async function behavesAsTheModel(commands: Iterable<Command>, clock: TestClock, managers: readonly LeaseManager[]) {
  const model: Model = { now: clock.now(), highest: 0, held: [], given: [], dead: new Set() };
  await fc.asyncModelRun(() => ({ model, real: { clock, managers } }), commands);
}

describe('whatever processes do, and whenever they die', () => {
  it('leases in files are what a plain list of holders and ends says', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (commands) => {
        const directory = mkdtempSync(join(tmpdir(), 'leases-'));
        const clock = testClock();
        try {
          const managers = Array.from({ length: PROCESSES }, () => fileLeases({ directory, system: clock }));
          await behavesAsTheModel(commands, clock, managers);
        } finally {
          rmSync(directory, { recursive: true, force: true });
        }
      }),
      { numRuns: 40 },
    );
  });

  it('leases in memory are, too', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (commands) => {
        const clock = testClock();
        const leases = memoryLeases({ system: clock });
        await behavesAsTheModel(commands, clock, Array(PROCESSES).fill(leases));
      }),
    );
  });
});
