import {
  type EpochMs,
  type JournalEntry,
  type Lease,
  type ResourceKey,
  resource,
  resourcesConflict,
  resourcesOf,
  type Task,
  type TaskId,
} from '@backlog-runner/contracts';
import { taskFixture } from '@backlog-runner/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  endedEntry,
  leaseFixture,
  NOW,
  policyFixture,
  RUN,
  type SnapshotFacts,
  snapshotFixture,
  startedEntry,
} from '../test/fixtures.ts';
import { discovery, passPolicy, planning } from '../test/looks.ts';
import { type Decision, decide } from './decide.ts';
import { PLANNING } from './look-key.ts';
import type { RunnerPolicy } from './policy.ts';
import { discovererOf, plannerOf, roleFor } from './route-agent.ts';
import { SET_ASIDE, type Snapshot } from './snapshot.ts';

/*
 * The rules of `decide` once more, each said alone and from the facts, against backlogs of any shape.
 */

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const PATHS = ['', 'src', 'src/ui', 'src2', 'apps/web/page', 'docs'];
const PROVIDERS = ['claude', 'codex'];
const entry = (fields: object) => fields as Partial<JournalEntry>;

const anyTask = (id: string): fc.Arbitrary<Task> =>
  fc
    .record({
      state: fc.constantFrom('ready', 'ready', 'ready', 'done', 'failed', 'planned', 'superseded' as const),
      priority: fc.constantFrom('high', 'normal', 'low'),
      createdAt: fc.constantFrom('2026-01-01', '2026-01-02'),
      dependsOn: fc.subarray([...IDS, 'nowhere'], { maxLength: 2 }),
      supersededBy: fc.subarray(IDS, { maxLength: 2 }) as fc.Arbitrary<unknown> as fc.Arbitrary<TaskId[]>,
      touchPaths: fc.subarray(PATHS, { maxLength: 2 }),
      capabilities: fc.subarray(['database'], { maxLength: 1 }),
    })
    .map(({ supersededBy, ...fields }) =>
      taskFixture({ id, ...fields, ...(fields.state === 'superseded' ? { supersededBy } : {}) } as Parameters<
        typeof taskFixture
      >[0]),
    );

/** What has become of a task so far. */
const PASTS: Readonly<Record<string, (id: string) => readonly Partial<JournalEntry>[]>> = {
  nothing: () => [],
  refused: (id) => [startedEntry(id), endedEntry(id, { status: 'refused', by: 'validation', reason: 'no' }, true)],
  'used up': (id) =>
    [1, 2, 3].flatMap((fence) => [
      startedEntry(id, fence),
      endedEntry(id, { status: 'refused', by: 'validation', reason: 'no' }, true, fence),
    ]),
  held: (id) => [startedEntry(id), endedEntry(id, { status: 'held', reason: 'in the way', paths: ['x'] }, false)],
  interrupted: (id) => [startedEntry(id), endedEntry(id, { status: 'interrupted', reason: 'stopped' }, false)],
  deferred: (id) => [entry({ type: 'task.deferred', task: id, until: NOW + 500, reason: 'x' })],
  'deferred until now': (id) => [entry({ type: 'task.deferred', task: id, until: NOW, reason: 'x' })],
  'open elsewhere': (id) => [{ ...startedEntry(id), run: 'run-b' } as Partial<JournalEntry>],
};
const anyPast = fc.constantFrom(...Object.keys(PASTS)).map((name) => PASTS[name] ?? expect.unreachable());

const providerEntries = fc.subarray([
  entry({ type: 'provider.paused', provider: 'codex', until: NOW + 1000, reason: '429' }),
  entry({ type: 'provider.paused', provider: 'claude', until: NOW - 1, reason: '429' }),
  entry({ type: 'provider.stopped', provider: 'claude', reason: 'unusable', message: 'm', hint: 'h', run: RUN }),
  entry({ type: 'provider.stopped', provider: 'codex', reason: 'unusable', message: 'm', hint: 'h', run: 'run-b' }),
]);

const otherLeases = fc.subarray(
  [
    ['path/src/ui'],
    ['path/docs'],
    ['capability/database'],
    ['task/b', 'path/src2'],
    ['runner/run-b'],
    ['pass/todo'],
  ].map((keys) => leaseFixture(...keys)),
  { maxLength: 3 },
);

interface Facts extends SnapshotFacts {
  readonly tasks: readonly Task[];
  readonly leases: readonly Lease[];
}

const factsAbout = (ids: fc.Arbitrary<readonly string[]>): fc.Arbitrary<Facts> =>
  fc
    .record({
      tasks: ids.chain((ids) => fc.tuple(...ids.map(anyTask))),
      pasts: fc.tuple(...IDS.map(() => anyPast)),
      providers: providerEntries,
      others: otherLeases,
      working: fc.subarray(IDS, { maxLength: 2 }),
      looking: fc.subarray([PLANNING, 'pass/todo'], { maxLength: 1 }),
      resting: fc.dictionary(fc.constantFrom(...IDS), fc.constantFrom(NOW - 1, NOW + 700, SET_ASIDE), { maxKeys: 2 }),
    })
    .map(({ tasks, pasts, providers, others, working, looking, resting }) => {
      // What this runner works on was free, and is its own now.
      const own = tasks.filter(({ id, state }) => state === 'ready' && working.includes(id));
      const leases = [...others];
      for (const keys of own.map(resourcesOf)) {
        if (!leases.some(({ resources }) => conflict(resources, keys))) leases.push(leaseFixture(...keys));
      }
      const holds = ({ id }: Task) =>
        leases.slice(others.length).some(({ resources }) => resources.includes(resource.task(id)));
      return {
        tasks,
        leases,
        looking,
        resting,
        entries: [...pasts.flatMap((past, at) => past(IDS[at] ?? '')), ...providers],
        working: own.filter(holds).map(({ id }) => id),
      };
    });

const anyPolicy: fc.Arbitrary<RunnerPolicy> = fc
  .record({
    workers: fc.integer({ min: 1, max: 4 }),
    once: fc.boolean(),
    looks: fc.subarray([{ planner: planning }, { discovery: discovery(passPolicy('todo')) }]),
  })
  .map(({ workers, once, looks }) => policyFixture({ workers, once, ...looks[0], ...looks[1] }));

function conflict(left: readonly ResourceKey[], right: readonly ResourceKey[]): boolean {
  return left.some((one) => right.some((other) => resourcesConflict(one, other)));
}

const tasksIn = (decisions: readonly Decision[]): readonly Task[] =>
  decisions.flatMap((decision) => (decision.kind === 'start' || decision.kind === 'land-held' ? [decision.task] : []));
const isWork = ({ kind }: Decision) => !['wait', 'stop', 'leave', 'fail'].includes(kind);

/** Whether a dependency is there for good: done, or all that took its place is. */
function isFinished(id: string, tasks: readonly Task[], seen: readonly string[] = []): boolean {
  const task = tasks.find((one) => one.id === id);
  if (!task || seen.includes(id)) return false;
  if (task.state !== 'superseded') return task.state === 'done';
  const next = task.supersededBy ?? [];
  return next.length > 0 && next.every((one) => isFinished(one, tasks, [...seen, id]));
}

function rests(provider: string, { history, now }: Snapshot): boolean {
  const known = history.providers.get(provider);
  return known?.stopped?.run === RUN || (known?.paused !== undefined && known.paused.until > now);
}

/** Whether nothing at all speaks against an attempt at the task now. */
function couldStart(task: Task, snapshot: Snapshot, policy: RunnerPolicy): boolean {
  const past = snapshot.history.tasks.get(task.id);
  const last = past?.attempts.at(-1);
  return (
    task.state === 'ready' &&
    task.dependsOn.every((id) => isFinished(id, snapshot.backlog.tasks)) &&
    !(past?.deferred !== undefined && past.deferred.until > snapshot.now) &&
    last?.result?.status !== 'held' &&
    !(last !== undefined && last.result === undefined && last.run !== RUN) &&
    !snapshot.working.has(task.id) &&
    !((snapshot.restingUntil.get(task.id) ?? 0) > snapshot.now) &&
    !snapshot.leases.some((lease) => conflict(lease.resources, resourcesOf(task))) &&
    !rests(policy.agents[roleFor(task, policy.uiPathPrefixes)].provider, snapshot)
  );
}

/**
 * Whether a runner with `once` had to wait for this. To fail a task that is ready moves it, as to start it does; one whose
 * file says `failed` has moved, and what the journal lacks the next runner adds. Nobody waits for a pass: one whose time
 * lay beyond, because its agent rested or another runner had it in hand, may come up later.
 */
function isMove(decision: Decision, snapshot: Snapshot, policy: RunnerPolicy): boolean {
  if (decision.kind === 'fail') return decision.task.state !== 'failed';
  if (decision.kind !== 'pass') return decision.kind !== 'wait' && decision.kind !== 'stop';
  const isTaken = snapshot.leases.some(({ resources }) => resources.includes(resource.pass(decision.pass.id)));
  return !isTaken && !rests(discovererOf(decision.pass, policy).provider, snapshot);
}

const freeIn = ({ working, looking }: Snapshot, { workers }: RunnerPolicy, limit = workers) =>
  Math.max(0, Math.min(workers, limit) - working.size - looking.size);

const shuffled = <Item>(items: readonly Item[]) =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });

describe('whatever the backlog, its past and its runners', () => {
  const decidedAbout = (ids: fc.Arbitrary<readonly string[]>) =>
    fc.tuple(factsAbout(ids), anyPolicy, fc.integer({ min: 0, max: 5 })).map(([facts, policy, limit]) => {
      const snapshot = snapshotFixture(facts);
      return { facts, policy, limit, snapshot, decisions: decide(snapshot, policy, limit) };
    });
  const decided = decidedAbout(fc.oneof(fc.constant(IDS), fc.subarray(IDS)));
  /** Few enough to come to a stop often. */
  const fewDecided = decidedAbout(fc.subarray(IDS.slice(0, 3)));
  const always = (
    claim: (made: typeof decided extends fc.Arbitrary<infer Made> ? Made : never) => void,
    made = decided,
  ) => fc.assert(fc.property(made, claim), { numRuns: 1000 });

  test('no more begins than there are free workers and workspaces', () => {
    always(({ snapshot, policy, limit, decisions }) => {
      expect(decisions.filter(isWork).length).toBeLessThanOrEqual(freeIn(snapshot, policy, limit));
    });
  });

  test('nothing begins before what it depends on is done', () => {
    always(({ facts, decisions }) => {
      for (const { dependsOn } of tasksIn(decisions)) {
        expect(dependsOn.filter((id) => !isFinished(id, facts.tasks))).toEqual([]);
      }
    });
  });

  test('nothing begins that conflicts with what begins beside it, or with a live lease', () => {
    always(({ facts, decisions }) => {
      const begun = tasksIn(decisions).map(resourcesOf);
      for (const [at, keys] of begun.entries()) {
        expect(begun.filter((others, place) => place !== at && conflict(keys, others))).toEqual([]);
        expect(facts.leases.filter(({ resources }) => conflict(keys, resources))).toEqual([]);
      }
    });
  });

  test('nothing begins again while nobody knows how it ended', () => {
    always(({ snapshot, decisions }) => {
      for (const { id } of tasksIn(decisions)) {
        const last = snapshot.history.tasks.get(id)?.attempts.at(-1);
        expect(last === undefined || last.result !== undefined || last.run === RUN, id).toBe(true);
      }
    });
  });

  test('no agent is started whose provider rests or was stopped', () => {
    always(({ snapshot, policy, decisions }) => {
      const providers = decisions.flatMap((decision) => {
        if (decision.kind === 'start') return [decision.agent.provider];
        if (decision.kind === 'plan') return [plannerOf(policy).provider];
        return decision.kind === 'pass' ? [discovererOf(decision.pass, policy).provider] : [];
      });
      for (const provider of providers) {
        expect(PROVIDERS).toContain(provider);
        expect(rests(provider, snapshot)).toBe(false);
      }
    });
  });

  test('the order of what it is told does not matter', () => {
    const orders = decided.chain(({ facts, policy, limit, decisions }) =>
      fc.record({
        facts: fc
          .record({
            tasks: shuffled(facts.tasks),
            leases: shuffled(facts.leases),
            working: shuffled(facts.working ?? []),
          })
          .map((order) => ({ ...facts, ...order })),
        policy: fc.constant(policy),
        limit: fc.constant(limit),
        decisions: fc.constant(decisions),
      }),
    );
    fc.assert(
      fc.property(orders, ({ facts, policy, limit, decisions }) => {
        expect(decide(snapshotFixture(facts), policy, limit)).toEqual(decisions);
      }),
      { numRuns: 1000 },
    );
  });

  test('while a worker is free, what nothing speaks against begins, or something that it conflicts with does', () => {
    always(({ snapshot, policy, limit, decisions }) => {
      const begun = tasksIn(decisions);
      const acted = decisions.flatMap((decision) => (decision.kind === 'fail' ? [decision.task.id] : []));
      if (
        decisions.filter(({ kind }) => isWork({ kind } as Decision) || kind === 'fail').length >=
        freeIn(snapshot, policy, limit)
      )
        return;
      for (const task of snapshot.backlog.tasks.filter((one) => couldStart(one, snapshot, policy))) {
        const isDone = begun.includes(task) || acted.includes(task.id);
        const isInTheWay = begun.some((other) => conflict(resourcesOf(other), resourcesOf(task)));
        expect(isDone || isInTheWay, task.id).toBe(true);
      }
    });
  });

  test('when it stops, nothing could have moved: not now, and not by time passing and others ending', () => {
    let stops = 0;
    always(({ snapshot, policy, decisions }) => {
      if (!decisions.some(({ kind }) => kind === 'stop')) return;
      stops += 1;
      expect(decisions).toHaveLength(1);
      expect(policy.once && snapshot.working.size + snapshot.looking.size === 0).toBe(true);
      const later = { ...snapshot, now: (NOW + 1e9) as EpochMs, leases: [] };
      const moves = decide(later, policy).filter((decision) => isMove(decision, snapshot, policy));
      expect(moves).toEqual([]);
    }, fewDecided);
    expect(stops).toBeGreaterThan(0);
  });
});
