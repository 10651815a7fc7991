import type { HolderId, Lease, LeaseManager, ResourceKey } from '@backlog-runner/contracts';
import { type ConformanceCase, casesOf, type Subject, type World } from './case.ts';
import type { ConformanceClock } from './clock.ts';
import { failsWith, given, holds, present, same } from './expectations.ts';

export interface LeaseWorld extends World {
  /** With no live lease. */
  readonly leases: LeaseManager;
  /** The same leases as another process sees them. */
  readonly neighbour?: LeaseManager;
  /** The wall clock of `leases`. */
  readonly clock?: ConformanceClock;
}

export type LeaseNeed = 'neighbour' | 'clock';
export type LeaseSubject = Subject<LeaseWorld, LeaseNeed>;
export type LeaseCase = ConformanceCase<LeaseWorld, LeaseNeed>;

const TTL = 60_000;
const { must, should } = casesOf<LeaseWorld, LeaseNeed>();

const askAs = (holder: string, leases: LeaseManager, ...keys: readonly string[]) =>
  leases.acquire({
    resources: keys as readonly string[] as readonly ResourceKey[],
    holder: holder as HolderId,
    ttlMs: TTL,
  });

const take = async (leases: LeaseManager, ...keys: readonly string[]): Promise<Lease> =>
  present(await askAs('ada', leases, ...keys), `a lease of ${keys.join(', ')}, which nobody holds`);

const isRefused = async (leases: LeaseManager, ...keys: readonly string[]) =>
  same(await askAs('bob', leases, ...keys), undefined);

const fencesOf = async (leases: LeaseManager) => (await leases.list()).map(({ fence }) => fence);

function grow(...fences: readonly number[]): void {
  const isGrowing = fences.every((fence, index) => index === 0 || fence > (fences[index - 1] ?? 0));
  holds(isGrowing, 'fences that grow', fences);
}

export const leaseManagerCases: readonly LeaseCase[] = [
  must(
    'leases/grants-what-was-asked',
    'A grant carries the resources, the holder and the time that were asked for.',
    async ({ leases }) => {
      const { resources, holder, grantedAt, expiresAt } = await take(leases, 'task/a', 'path/src');
      same([resources, holder, expiresAt - grantedAt], [['task/a', 'path/src'], 'ada', TTL]);
    },
  ),
  must('leases/fence-is-a-positive-whole-number', 'A fence is a positive whole number.', async ({ leases }) => {
    const { fence } = await take(leases, 'task/a');
    holds(Number.isSafeInteger(fence) && fence > 0, 'a positive whole number', fence);
  }),
  must('leases/fence-grows', 'Every grant carries a larger fence than any grant before it.', async ({ leases }) => {
    const [one, two, three] = [
      await take(leases, 'task/a'),
      await take(leases, 'task/b'),
      await take(leases, 'task/c'),
    ];
    grow(one.fence, two.fence, three.fence);
  }),
  must(
    'leases/fence-grows-after-release',
    'A release gives no fence back: the next grant carries a larger one.',
    async ({ leases }) => {
      const first = await take(leases, 'task/a');
      await leases.release(first);
      grow(first.fence, (await take(leases, 'task/a')).fence);
    },
  ),
  must(
    'leases/fence-grows-after-expiry',
    'The end of a lease gives no fence back: the next grant carries a larger one.',
    async ({ leases, clock }) => {
      const first = await take(leases, 'task/a');
      await given(clock, 'clock').advance(TTL);
      grow(first.fence, (await take(leases, 'task/a')).fence);
    },
    'clock',
  ),
  must(
    'leases/fence-grows-between-processes',
    'A grant carries a larger fence than any grant before it, whichever process asked.',
    async ({ leases, neighbour }) => {
      const other = given(neighbour, 'neighbour');
      const first = await take(leases, 'task/a');
      await leases.release(first);
      const second = await take(other, 'task/b');
      grow(first.fence, second.fence, (await take(leases, 'task/c')).fence);
    },
    'neighbour',
  ),
  must(
    'leases/fences-of-concurrent-grants',
    'Grants that were asked for at once carry different fences.',
    async ({ leases }) => {
      const granted = await Promise.all(Array.from({ length: 8 }, (_, index) => take(leases, `task/t${index}`)));
      grow(...granted.map(({ fence }) => fence).sort((left, right) => left - right));
    },
  ),
  must('leases/same-resource', 'No two live leases cover one resource.', async ({ leases }) => {
    await take(leases, 'task/a');
    await isRefused(leases, 'task/a');
  }),
  must('leases/resource-below', 'A resource below one that is held is taken.', async ({ leases }) => {
    await take(leases, 'path/src');
    await isRefused(leases, 'path/src/ui');
  }),
  must('leases/resource-above', 'A resource above one that is held is taken.', async ({ leases }) => {
    await take(leases, 'path/src/ui');
    await isRefused(leases, 'path/src');
    await isRefused(leases, 'path');
  }),
  must(
    'leases/part-by-part',
    'Keys are compared part by part: `path/src` and `path/src2` do not conflict.',
    async ({ leases }) => {
      await take(leases, 'path/src');
      await take(leases, 'path/src2');
      await take(leases, 'task/src');
    },
  ),
  must(
    'leases/any-of-the-resources',
    'A request is refused when any of its resources conflicts with any of a live lease.',
    async ({ leases }) => {
      await take(leases, 'task/a', 'path/src');
      await isRefused(leases, 'task/b', 'path/src/ui');
    },
  ),
  must('leases/all-or-none', 'A refused request takes none of its resources.', async ({ leases }) => {
    await take(leases, 'task/a');
    await isRefused(leases, 'task/b', 'task/a');
    await take(leases, 'task/b');
  }),
  must(
    'leases/one-lease-over-nested-resources',
    'The resources of one request do not stand in each other’s way.',
    async ({ leases }) => {
      await take(leases, 'path/src', 'path/src/ui', 'path');
    },
  ),
  must('leases/own-lease', 'A live lease of the same holder is in the way like any other.', async ({ leases }) => {
    const mine = await take(leases, 'task/a');
    same(await askAs('ada', leases, 'task/a'), undefined);
    same(await fencesOf(leases), [mine.fence]);
  }),
  must('leases/one-winner', 'Of many that ask for one resource at once exactly one gets it.', async ({ leases }) => {
    const granted = await Promise.all(
      Array.from({ length: 8 }, (_, index) => askAs(`holder-${index}`, leases, 'task/a')),
    );
    same(granted.filter((lease) => lease !== undefined).length, 1);
  }),
  must(
    'leases/one-winner-between-processes',
    'Of two processes that ask for one resource at once exactly one gets it.',
    async ({ leases, neighbour }) => {
      const other = given(neighbour, 'neighbour');
      const granted = await Promise.all(
        [leases, other, leases, other].map((manager, index) => askAs(`holder-${index}`, manager, 'task/a')),
      );
      same(granted.filter((lease) => lease !== undefined).length, 1);
    },
    'neighbour',
  ),
  must(
    'leases/lasts-until-its-end',
    'A lease excludes others until its end.',
    async ({ leases, clock }) => {
      await take(leases, 'task/a');
      await given(clock, 'clock').advance(TTL - 1);
      await isRefused(leases, 'task/a');
    },
    'clock',
  ),
  must(
    'leases/is-over-at-its-end',
    'At its end a lease is over, whether or not its holder lives: others may have its resources.',
    async ({ leases, clock }) => {
      await take(leases, 'task/a');
      await given(clock, 'clock').advance(TTL);
      await take(leases, 'task/a');
    },
    'clock',
  ),
  must(
    'leases/renewal-is-later',
    'A renewal gives the lease with a later end, and its fence, resources and holder.',
    async ({ leases, clock }) => {
      const lease = await take(leases, 'task/a', 'path/src');
      await given(clock, 'clock').advance(TTL / 2);
      const { fence, resources, holder, expiresAt } = await leases.renew(lease, TTL);
      same({ fence, resources, holder }, { fence: lease.fence, resources: lease.resources, holder: lease.holder });
      same(expiresAt - lease.expiresAt, TTL / 2);
    },
    'clock',
  ),
  must(
    'leases/renewed-lasts',
    'A renewed lease excludes others until its new end.',
    async ({ leases, clock }) => {
      const time = given(clock, 'clock');
      const lease = await take(leases, 'task/a');
      await time.advance(TTL / 2);
      await leases.renew(lease, TTL);
      await time.advance(TTL - 1);
      await isRefused(leases, 'task/a');
    },
    'clock',
  ),
  should(
    'leases/renewal-is-never-earlier',
    'A renewal for a shorter time does not bring the end nearer.',
    async ({ leases }) => {
      const lease = await take(leases, 'task/a');
      const { expiresAt } = await leases.renew(lease, 1);
      holds(expiresAt >= lease.expiresAt, `an end not before ${lease.expiresAt}`, expiresAt);
    },
  ),
  must(
    'leases/expired-cannot-be-renewed',
    'A lease that expired is lost, even if nobody took its place.',
    async ({ leases, clock }) => {
      const lease = await take(leases, 'task/a');
      await given(clock, 'clock').advance(TTL);
      await failsWith('LEASE_LOST', leases.renew(lease, TTL));
    },
    'clock',
  ),
  must(
    'leases/released-cannot-be-renewed',
    'A lease that was released is lost, even if nobody took its place.',
    async ({ leases }) => {
      const lease = await take(leases, 'task/a');
      await leases.release(lease);
      await failsWith('LEASE_LOST', leases.renew(lease, TTL));
    },
  ),
  must(
    'leases/replaced-cannot-be-renewed',
    'A lease whose place was taken is lost, though holder and resources are the same.',
    async ({ leases }) => {
      const lease = await take(leases, 'task/a');
      await leases.release(lease);
      const next = await take(leases, 'task/a');
      await failsWith('LEASE_LOST', leases.renew(lease, TTL));
      same(await fencesOf(leases), [next.fence]);
    },
  ),
  must('leases/release-frees', 'What is released is free.', async ({ leases }) => {
    await leases.release(await take(leases, 'path/src'));
    await take(leases, 'path/src/ui');
  }),
  must('leases/release-is-idempotent', 'Releasing twice is releasing once.', async ({ leases }) => {
    const lease = await take(leases, 'task/a');
    await leases.release(lease);
    await leases.release(lease);
    same(await fencesOf(leases), []);
  }),
  must(
    'leases/late-release',
    'Releasing a lease that is over leaves the lease that took its place as it is.',
    async ({ leases }) => {
      const lease = await take(leases, 'task/a');
      await leases.release(lease);
      const next = await take(leases, 'task/a');
      await leases.release(lease);
      same(await fencesOf(leases), [next.fence]);
    },
  ),
  must('leases/release-of-one', 'A release ends exactly its own lease.', async ({ leases }) => {
    const [one, two] = [await take(leases, 'task/a'), await take(leases, 'task/b')];
    await leases.release(one);
    same(await fencesOf(leases), [two.fence]);
  }),
  must(
    'leases/list-is-by-fence',
    'The list holds the live leases as they were granted, by fence.',
    async ({ leases }) => {
      const granted = [await take(leases, 'task/z'), await take(leases, 'task/a'), await take(leases, 'task/m')];
      same(await leases.list(), granted);
    },
  ),
  must(
    'leases/list-shows-renewals',
    'The list shows a renewed lease with its new end.',
    async ({ leases, clock }) => {
      const lease = await take(leases, 'task/a');
      await given(clock, 'clock').advance(TTL / 2);
      const renewed = await leases.renew(lease, TTL);
      same(
        (await leases.list()).map(({ expiresAt }) => expiresAt),
        [renewed.expiresAt],
      );
    },
    'clock',
  ),
  must(
    'leases/list-leaves-out-what-is-over',
    'The list holds no lease that is over.',
    async ({ leases, clock }) => {
      await take(leases, 'task/a');
      await given(clock, 'clock').advance(TTL);
      same(await leases.list(), []);
    },
    'clock',
  ),
  must('leases/list-only-reads', 'Listing changes nothing.', async ({ leases }) => {
    const lease = await take(leases, 'task/a');
    same(await leases.list(), await leases.list());
    await leases.renew(lease, TTL);
    await isRefused(leases, 'task/a');
  }),
  must(
    'leases/neighbours-see-each-other',
    'A lease is seen, respected and listed by every process.',
    async ({ leases, neighbour }) => {
      const other = given(neighbour, 'neighbour');
      const lease = await take(leases, 'task/a');
      await isRefused(other, 'task/a');
      same(await other.list(), [lease]);
      await leases.release(lease);
      await take(other, 'task/a');
    },
    'neighbour',
  ),
];
