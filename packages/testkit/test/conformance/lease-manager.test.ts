import {
  BacklogError,
  type EpochMs,
  type Fence,
  type HolderId,
  type Lease,
  type LeaseManager,
  type ResourceKey,
  resourcesConflict,
  type System,
} from '@backlog-runner/contracts';
import { type LeaseNeed, type LeaseSubject, type LeaseWorld, leaseManagerCases } from '../../src/conformance/index.ts';
import { memoryLeases } from '../../src/memory-leases.ts';
import { type TestClock, testClock } from '../../src/test-clock.ts';
import { type Breaks, describeCases, type Mutant } from './kit.ts';

const inMemory: LeaseSubject = {
  open() {
    const clock = testClock();
    const leases = memoryLeases({ system: clock });
    return { leases, neighbour: leases, clock };
  },
};

/** A lease table whose every rule can be broken. */
interface Rules {
  readonly conflict: (left: ResourceKey, right: ResourceKey) => boolean;
  readonly nextFence: (highest: number, live: readonly Lease[]) => number;
  readonly isOver: (lease: Lease, now: EpochMs) => boolean;
  /** When a renewed lease ends. */
  readonly renewedUntil: (before: EpochMs, wanted: EpochMs) => EpochMs;
  /** What comes between looking and granting. */
  readonly beforeGrant: () => Promise<void> | undefined;
}

function leasesBy(rules: Partial<Rules>, system: System): LeaseManager {
  const {
    conflict = resourcesConflict,
    nextFence = (highest) => highest + 1,
    isOver = ({ expiresAt }, now) => expiresAt <= now,
    renewedUntil = (before, wanted) => Math.max(before, wanted) as EpochMs,
    beforeGrant = () => undefined,
  } = rules;
  let granted: readonly Lease[] = [];
  let highest = 0;
  const live = () => {
    granted = granted.filter((lease) => !isOver(lease, system.now()));
    return granted;
  };
  const find = ({ fence }: Lease): Lease => {
    const found = live().find((lease) => lease.fence === fence);
    if (!found) throw new BacklogError('LEASE_LOST', 'It is over.');
    return found;
  };
  return {
    async acquire({ resources, holder, ttlMs }) {
      const taken = live().flatMap((lease) => lease.resources);
      if (resources.some((key) => taken.some((held) => conflict(held, key)))) return undefined;
      const waiting = beforeGrant();
      if (waiting) await waiting;
      highest = nextFence(highest, granted);
      const now = system.now();
      const lease = { fence: highest as Fence, resources, holder, grantedAt: now, expiresAt: (now + ttlMs) as EpochMs };
      granted = [...granted, lease];
      return lease;
    },
    async renew(lease, ttlMs) {
      const found = find(lease);
      const renewed = { ...found, expiresAt: renewedUntil(found.expiresAt, (system.now() + ttlMs) as EpochMs) };
      granted = granted.map((one) => (one === found ? renewed : one));
      return renewed;
    },
    async release({ fence }) {
      granted = granted.filter((lease) => lease.fence !== fence);
    },
    list: async () => live(),
  };
}

type LeaseMutant = Mutant<LeaseWorld, LeaseNeed>;

const made = (breaks: Breaks, open: LeaseSubject['open']): LeaseMutant => ({ breaks, subject: { open } });

const byRules = (breaks: Breaks, rules: Partial<Rules>): LeaseMutant =>
  made(breaks, () => {
    const clock = testClock();
    const leases = leasesBy(rules, clock);
    return { leases, neighbour: leases, clock };
  });

const wrapped = (
  breaks: Breaks,
  change: (sound: LeaseManager, clock: TestClock) => Partial<LeaseManager>,
): LeaseMutant =>
  made(breaks, () => {
    const clock = testClock();
    const sound = memoryLeases({ system: clock });
    const leases = { ...sound, ...change(sound, clock) };
    return { leases, neighbour: leases, clock };
  });

/** Beside a process that does not know all that the other one did. */
const beside = (breaks: Breaks, neighbourOf: (leases: LeaseManager, clock: TestClock) => LeaseManager): LeaseMutant =>
  made(breaks, () => {
    const clock = testClock();
    const leases = memoryLeases({ system: clock });
    return { leases, neighbour: neighbourOf(leases, clock), clock };
  });

/** Grants something else than it was asked for. */
const granting = (breaks: Breaks, change: (lease: Lease) => Partial<Lease>): LeaseMutant =>
  wrapped(breaks, (sound) => ({
    async acquire(request) {
      const lease = await sound.acquire(request);
      return lease && { ...lease, ...change(lease) };
    },
  }));

/** Renews, when a lease is lost, all the same: what `otherwise` gives. */
const renewing = (
  breaks: Breaks,
  otherwise: (sound: LeaseManager, lease: Lease, clock: TestClock) => Promise<Lease | undefined>,
): LeaseMutant =>
  wrapped(breaks, (sound, clock) => ({
    renew: (lease, ttlMs) =>
      sound.renew(lease, ttlMs).catch(async (error: unknown) => {
        const renewed = await otherwise(sound, lease, clock);
        if (renewed) return renewed;
        throw error;
      }),
  }));

const START = testClock().now();
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));
const isAtOrBelow = (left: string, right: string) => left === right || left.startsWith(`${right}/`);
const half = ({ grantedAt, expiresAt }: Lease) => grantedAt + (expiresAt - grantedAt) / 2;

/** Asks about the first resource only. */
const careless = (sound: LeaseManager): Partial<LeaseManager> => ({
  async acquire(request) {
    const lease = await sound.acquire({ ...request, resources: request.resources.slice(0, 1) });
    return lease && { ...lease, resources: request.resources };
  },
});

const greedy = (sound: LeaseManager): Partial<LeaseManager> => ({
  async acquire(request) {
    const lease = await sound.acquire(request);
    if (!lease) for (const key of request.resources) await sound.acquire({ ...request, resources: [key] });
    return lease;
  },
});

const pedantic = (sound: LeaseManager): Partial<LeaseManager> => ({
  async acquire(request) {
    const { resources } = request;
    const clash = resources.some((key) => resources.some((other) => key !== other && resourcesConflict(key, other)));
    return clash ? undefined : sound.acquire(request);
  },
});

/** Gives a holder again what it has. */
const reentrant = (sound: LeaseManager): Partial<LeaseManager> => ({
  async acquire(request) {
    for (const lease of await sound.list())
      if (lease.holder === request.holder && lease.resources[0] === request.resources[0]) await sound.release(lease);
    return sound.acquire(request);
  },
});

/** Gives all who ask at once one fence. */
function hasty(sound: LeaseManager): Partial<LeaseManager> {
  let asking = 0;
  return {
    async acquire(request) {
      asking += 1;
      const isAlone = asking === 1;
      const lease = await sound.acquire(request);
      asking -= 1;
      return lease && !isAlone ? { ...lease, fence: 99 as Fence } : lease;
    },
  };
}

/** Lists all that was granted and not released. */
function forgetful(
  sound: LeaseManager,
  listed: (granted: readonly Lease[], live: readonly Lease[]) => readonly Lease[],
) {
  let granted: readonly Lease[] = [];
  return {
    async acquire(request: Parameters<LeaseManager['acquire']>[0]) {
      const lease = await sound.acquire(request);
      if (lease) granted = [...granted, lease];
      return lease;
    },
    async release(lease: Lease) {
      granted = granted.filter(({ fence }) => fence !== lease.fence);
      await sound.release(lease);
    },
    list: async () => listed(granted, await sound.list()),
  };
}

const mutants: readonly LeaseMutant[] = [
  granting(['grants-what-was-asked', 'list-is-by-fence', 'neighbours-see-each-other', 'renewal-is-later'], () => ({
    holder: 'somebody' as HolderId,
  })),
  byRules(['fence-is-a-positive-whole-number'], { nextFence: (highest) => highest + 0.5 }),
  byRules(['fence-grows', 'fence-grows-between-processes'], {
    nextFence: (highest) => (highest === 2 ? 1.5 : highest + 1),
  }),
  byRules(
    [
      'fence-grows-after-release',
      'fence-grows-after-expiry',
      'fence-grows-between-processes',
      'late-release',
      'replaced-cannot-be-renewed',
    ],
    { nextFence: (_, live) => Math.max(0, ...live.map(({ fence }) => fence)) + 1 },
  ),
  granting(['fence-grows-after-expiry'], ({ grantedAt }) => (grantedAt > START ? { fence: 1 as Fence } : {})),
  beside(['fence-grows-between-processes', 'neighbours-see-each-other', 'one-winner-between-processes'], (_, clock) =>
    memoryLeases({ system: clock }),
  ),
  wrapped(['fences-of-concurrent-grants'], hasty),
  byRules(
    [
      'same-resource',
      'all-or-none',
      'lasts-until-its-end',
      'list-only-reads',
      'neighbours-see-each-other',
      'one-winner',
      'one-winner-between-processes',
      'own-lease',
      'renewed-lasts',
    ],
    { conflict: (held, asked) => held !== asked && resourcesConflict(held, asked) },
  ),
  byRules(['resource-below', 'any-of-the-resources'], { conflict: (held, asked) => isAtOrBelow(held, asked) }),
  byRules(['resource-above'], { conflict: (held, asked) => isAtOrBelow(asked, held) }),
  byRules(['part-by-part'], { conflict: (held, asked) => held.startsWith(asked) || asked.startsWith(held) }),
  wrapped(['any-of-the-resources', 'all-or-none', 'renewal-is-later'], careless),
  wrapped(['all-or-none'], greedy),
  wrapped(['one-lease-over-nested-resources'], pedantic),
  wrapped(['own-lease'], reentrant),
  byRules(['one-winner', 'one-winner-between-processes'], { beforeGrant: soon }),
  beside(['one-winner-between-processes', 'fence-grows-between-processes', 'neighbours-see-each-other'], (_, clock) =>
    memoryLeases({ system: clock, above: 100 }),
  ),
  byRules(['lasts-until-its-end', 'list-shows-renewals', 'renewal-is-later', 'renewed-lasts'], {
    isOver: (lease, now) => half(lease) <= now && lease.expiresAt - lease.grantedAt <= 60_000,
  }),
  byRules(
    ['is-over-at-its-end', 'expired-cannot-be-renewed', 'fence-grows-after-expiry', 'list-leaves-out-what-is-over'],
    { isOver: (lease, now) => lease.expiresAt < now },
  ),
  wrapped(['renewal-is-later'], (sound) => ({
    renew: async (lease, ttlMs) => ({ ...(await sound.renew(lease, ttlMs)), fence: (lease.fence + 1) as Fence }),
  })),
  wrapped(['renewed-lasts', 'list-shows-renewals'], (sound) => ({
    async renew(lease, ttlMs) {
      const { expiresAt } = await sound.renew(lease, 1);
      return { ...lease, expiresAt: (expiresAt + ttlMs / 2) as EpochMs };
    },
  })),
  byRules(['renewal-is-never-earlier'], { renewedUntil: (_, wanted) => wanted }),
  renewing(['expired-cannot-be-renewed'], async (_, lease, clock) =>
    clock.now() >= lease.expiresAt ? lease : undefined,
  ),
  renewing(['released-cannot-be-renewed'], async (sound, lease, clock) => {
    const isFree = clock.now() < lease.expiresAt && (await sound.list()).length === 0;
    return isFree ? lease : undefined;
  }),
  renewing(['replaced-cannot-be-renewed'], async (sound) => (await sound.list())[0]),
  wrapped(
    [
      'release-frees',
      'fence-grows-after-release',
      'late-release',
      'neighbours-see-each-other',
      'release-is-idempotent',
      'release-of-one',
      'released-cannot-be-renewed',
      'replaced-cannot-be-renewed',
    ],
    () => ({ release: async () => {} }),
  ),
  wrapped(['release-is-idempotent', 'late-release'], (sound) => ({
    release: async (lease) => sound.release(await sound.renew(lease, 1)),
  })),
  wrapped(['late-release'], (sound) => ({
    async release({ resources }) {
      for (const lease of await sound.list()) if (lease.resources[0] === resources[0]) await sound.release(lease);
    },
  })),
  wrapped(['release-of-one', 'late-release'], (sound) => ({
    async release({ holder }) {
      for (const lease of await sound.list()) if (lease.holder === holder) await sound.release(lease);
    },
  })),
  wrapped(['list-is-by-fence'], (sound) => ({ list: async () => [...(await sound.list())].reverse() })),
  wrapped(['list-shows-renewals'], (sound) =>
    forgetful(sound, (granted, live) => granted.filter((lease) => live.some(({ fence }) => fence === lease.fence))),
  ),
  wrapped(['list-leaves-out-what-is-over', 'list-shows-renewals'], (sound) => forgetful(sound, (granted) => granted)),
  wrapped(['list-only-reads'], (sound) => ({
    async list() {
      const live = await sound.list();
      for (const lease of live) await sound.release(lease);
      return live;
    },
  })),
  beside(['neighbours-see-each-other'], (leases) => ({ ...leases, list: async () => [] })),
];

describeCases('leases', leaseManagerCases, inMemory, mutants);
