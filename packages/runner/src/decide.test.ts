import type { JournalEntry } from '@backlog-runner/contracts';
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
import { type Decision, decide } from './decide.ts';
import type { RunnerPolicy } from './policy.ts';
import { SET_ASIDE } from './snapshot.ts';

const words = (decisions: readonly Decision[]): string[] =>
  decisions.map((decision) => {
    if ('task' in decision) return `${decision.kind} ${decision.task.id}`;
    return decision.kind === 'wait' && decision.until !== undefined ? `wait ${decision.until - NOW}` : decision.kind;
  });

const refused = { status: 'refused', by: 'validation', reason: 'the tests fail' };
const held = { status: 'held', reason: 'in the way', paths: ['a.txt'] };
const entry = (fields: object) => fields as Partial<JournalEntry>;

const table: { claim: string; facts: SnapshotFacts; policy?: Partial<RunnerPolicy>; decisions: string[] }[] = [
  { claim: 'an empty backlog is worked off', facts: {}, decisions: ['stop'] },
  { claim: 'without `once` an empty backlog is waited on', facts: {}, policy: { once: false }, decisions: ['wait'] },
  {
    claim: 'higher priority starts first, then the older task',
    facts: {
      tasks: [
        taskFixture({ id: 'c', createdAt: '2026-02-01' }),
        taskFixture({ id: 'b', createdAt: '2026-01-01' }),
        taskFixture({ id: 'a', priority: 'low' }),
        taskFixture({ id: 'd', priority: 'high' }),
      ],
    },
    decisions: ['start d', 'start b', 'wait'],
  },
  {
    claim: 'no more starts than workers are free',
    facts: { tasks: ['a', 'b', 'c'].map((id) => taskFixture({ id })), working: ['z'] },
    decisions: ['start a', 'wait'],
  },
  {
    claim: 'two tasks whose paths overlap do not start together',
    facts: {
      tasks: [taskFixture({ id: 'a', touchPaths: ['src'] }), taskFixture({ id: 'b', touchPaths: ['src/ui'] })],
    },
    decisions: ['start a', 'wait'],
  },
  {
    claim: 'an attempt of this run whose end could not be recorded is closed before the next one starts',
    facts: { tasks: [taskFixture({ id: 'a' })], entries: [startedEntry('a')] },
    decisions: ['close a', 'wait'],
  },
  {
    claim: 'an attempt that is still under way is not closed',
    facts: { tasks: [taskFixture({ id: 'a' })], entries: [startedEntry('a')], working: ['a'] },
    decisions: ['wait'],
  },
  {
    claim: 'a task that was set aside is not started again, and with `once` nobody waits for it',
    facts: { tasks: [taskFixture({ id: 'a' })], resting: { a: SET_ASIDE } },
    decisions: ['stop'],
  },
  {
    claim: 'without `once` a task that was set aside keeps no clock running',
    facts: { tasks: [taskFixture({ id: 'a' })], resting: { a: SET_ASIDE } },
    policy: { once: false },
    decisions: ['wait'],
  },
  {
    claim: 'two tasks with one capability do not start together',
    facts: { tasks: ['a', 'b'].map((id) => taskFixture({ id, capabilities: ['database'] })) },
    decisions: ['start a', 'wait'],
  },
  {
    claim: 'a task whose path another runner holds waits for that lease',
    facts: { tasks: [taskFixture({ id: 'a' })], leases: [leaseFixture('task/z', 'path/src')] },
    decisions: ['wait 30000'],
  },
  {
    claim: 'a task another runner works on keeps this one waiting',
    facts: { tasks: [taskFixture({ id: 'a' })], leases: [leaseFixture('task/a')] },
    decisions: ['wait 30000'],
  },
  {
    claim: 'a finished dependency lets a task start',
    facts: { tasks: [taskFixture({ id: 'a', state: 'done' }), taskFixture({ id: 'b', dependsOn: ['a'] })] },
    decisions: ['start b', 'wait'],
  },
  {
    claim: 'a task waits for the dependency that starts now',
    facts: { tasks: [taskFixture({ id: 'a' }), taskFixture({ id: 'b', dependsOn: ['a'] })] },
    decisions: ['start a', 'wait'],
  },
  {
    claim: 'a missing dependency cannot be waited for',
    facts: { tasks: [taskFixture({ id: 'b', dependsOn: ['nowhere'] })] },
    decisions: ['stop'],
  },
  {
    claim: 'a failed dependency cannot be waited for',
    facts: { tasks: [taskFixture({ id: 'a', state: 'failed' }), taskFixture({ id: 'b', dependsOn: ['a'] })] },
    decisions: ['stop'],
  },
  {
    claim: 'a cycle cannot be waited for',
    facts: { tasks: [taskFixture({ id: 'a', dependsOn: ['b'] }), taskFixture({ id: 'b', dependsOn: ['a'] })] },
    decisions: ['stop'],
  },
  {
    claim: 'a deferred task is waited for',
    facts: {
      tasks: [taskFixture({ id: 'a' })],
      entries: [entry({ type: 'task.deferred', task: 'a', until: NOW + 5_000, reason: 'x' })],
    },
    decisions: ['wait 5000'],
  },
  {
    claim: 'while others start, the moment of a deferred task is not slept through',
    facts: {
      tasks: [taskFixture({ id: 'a' }), taskFixture({ id: 'b' })],
      entries: [entry({ type: 'task.deferred', task: 'a', until: NOW + 5_000, reason: 'x' })],
    },
    decisions: ['start b', 'wait 5000'],
  },
  {
    claim: 'a paused provider leaves the other one working',
    facts: {
      tasks: [taskFixture({ id: 'a' }), taskFixture({ id: 'b', executionDomain: 'ui_ux' })],
      entries: [entry({ type: 'provider.paused', provider: 'codex', until: NOW + 9_000, reason: '429' })],
    },
    decisions: ['start b', 'wait 9000'],
  },
  {
    claim: 'a pause that is over is over',
    facts: {
      tasks: [taskFixture({ id: 'a' })],
      entries: [entry({ type: 'provider.paused', provider: 'codex', until: NOW, reason: '429' })],
    },
    decisions: ['start a', 'wait'],
  },
  {
    claim: 'a provider stopped in this run is not waited for',
    facts: {
      tasks: [taskFixture({ id: 'a' })],
      entries: [
        entry({ type: 'provider.stopped', provider: 'codex', reason: 'not-signed-in', message: 'm', hint: 'h' }),
      ],
    },
    decisions: ['stop'],
  },
  {
    claim: 'a provider stopped in an earlier run is tried again',
    facts: {
      tasks: [taskFixture({ id: 'a' })],
      entries: [
        entry({
          type: 'provider.stopped',
          provider: 'codex',
          reason: 'not-signed-in',
          message: 'm',
          hint: 'h',
          run: 'old',
        }),
      ],
    },
    decisions: ['start a', 'wait'],
  },
  {
    claim: 'a task out of tries fails',
    facts: {
      tasks: [taskFixture({ id: 'a' })],
      entries: [1, 2, 3].flatMap((fence) => [startedEntry('a', fence), endedEntry('a', refused, true, fence)]),
    },
    decisions: ['fail a', 'wait'],
  },
  {
    claim: 'a task out of tries whose failure the journal does not know is noted',
    facts: {
      tasks: [taskFixture({ id: 'a', state: 'failed' })],
      entries: [1, 2, 3].flatMap((fence) => [startedEntry('a', fence), endedEntry('a', refused, true, fence)]),
    },
    decisions: ['fail a', 'wait'],
  },
  {
    claim: 'a failure is not noted while somebody has the task, nor when a person marked it',
    facts: {
      tasks: [taskFixture({ id: 'a', state: 'failed' }), taskFixture({ id: 'b', state: 'failed' })],
      entries: [1, 2, 3].flatMap((fence) => [startedEntry('a', fence), endedEntry('a', refused, true, fence)]),
      leases: [leaseFixture('task/a')],
    },
    decisions: ['stop'],
  },
  {
    claim: 'tries that do not count are not counted',
    facts: {
      tasks: [taskFixture({ id: 'a' })],
      entries: [1, 2, 3].flatMap((fence) => [
        startedEntry('a', fence),
        endedEntry('a', { status: 'cancelled', reason: 'x' }, false, fence),
      ]),
    },
    decisions: ['start a', 'wait'],
  },
  {
    claim: 'a held landing is tried again',
    facts: { tasks: [taskFixture({ id: 'a' })], entries: [startedEntry('a'), endedEntry('a', held, false)] },
    decisions: ['land-held a', 'wait'],
  },
  {
    claim: 'with `once`, a landing that is still held is left to the user',
    facts: {
      tasks: [taskFixture({ id: 'a' })],
      entries: [startedEntry('a'), endedEntry('a', held, false)],
      resting: { a: NOW + 15_000 },
    },
    decisions: ['stop'],
  },
  {
    claim: 'without `once`, a landing that is still held is tried again later',
    facts: {
      tasks: [taskFixture({ id: 'a' })],
      entries: [startedEntry('a'), endedEntry('a', held, false)],
      resting: { a: NOW + 15_000 },
    },
    policy: { once: false },
    decisions: ['wait 15000'],
  },
  {
    claim: 'only the tasks that were asked for are started',
    facts: { tasks: [taskFixture({ id: 'a' }), taskFixture({ id: 'b' })] },
    policy: { only: [taskFixture({ id: 'b' }).id] },
    decisions: ['start b', 'wait'],
  },
  {
    claim: 'a task that has rested long enough, while all workers are busy, waits for one of them and for no time',
    facts: { tasks: [taskFixture({ id: 'a' })], working: ['y', 'z'], resting: { a: NOW - 1 } },
    decisions: ['wait'],
  },
  {
    claim: 'so does a held landing',
    facts: {
      tasks: [taskFixture({ id: 'a' })],
      entries: [startedEntry('a'), endedEntry('a', held, false)],
      working: ['y', 'z'],
      resting: { a: NOW - 1 },
    },
    policy: { once: false },
    decisions: ['wait'],
  },
  {
    claim: 'nothing stops while an attempt runs',
    facts: { working: ['a'], tasks: [taskFixture({ id: 'a' })], leases: [leaseFixture('task/a')] },
    decisions: ['wait'],
  },
  {
    claim: 'planned, done, failed and superseded tasks do not start',
    facts: {
      tasks: (['planned', 'done', 'failed', 'superseded'] as const).map((state) => taskFixture({ id: state, state })),
    },
    decisions: ['stop'],
  },
];

describe('decide', () => {
  test.each(table)('$claim', ({ facts, policy, decisions }) => {
    expect(words(decide(snapshotFixture(facts), policyFixture(policy)))).toEqual(decisions);
  });

  test('says what is left when it stops', () => {
    const tasks = [taskFixture({ id: 'a', dependsOn: ['nowhere'] }), taskFixture({ id: 'b', state: 'planned' })];
    expect(decide(snapshotFixture({ tasks }), policyFixture())).toEqual([
      { kind: 'stop', reason: 'nothing can move any more: 1 blocked, 1 planned' },
    ]);
  });

  test('fewer workspaces than workers are no more starts than workspaces', () => {
    const tasks = ['a', 'b'].map((id) => taskFixture({ id }));
    expect(words(decide(snapshotFixture({ tasks }), policyFixture(), 1))).toEqual(['start a', 'wait']);
  });
});

const ids = ['a', 'b', 'c', 'd', 'e'];
const anyTask = (id: string) =>
  fc
    .record({
      state: fc.constantFrom(
        'ready' as const,
        'ready' as const,
        'done' as const,
        'failed' as const,
        'planned' as const,
      ),
      priority: fc.constantFrom('high' as const, 'normal' as const, 'low' as const),
      dependsOn: fc.subarray(ids, { maxLength: 2 }),
      touchPaths: fc.subarray(['src', 'src/ui', 'docs', 'apps/web/page'], { maxLength: 2 }),
      capabilities: fc.subarray(['database'], { maxLength: 1 }),
    })
    .map((fields) => taskFixture({ id, ...fields }));
const anyFacts = fc.record({
  tasks: fc.tuple(...ids.map(anyTask)),
  leases: fc.subarray([
    leaseFixture('task/a', 'path/src'),
    leaseFixture('task/b', 'path/docs'),
    leaseFixture('runner/x'),
  ]),
  entries: fc.subarray([
    entry({ type: 'provider.paused', provider: 'codex', until: NOW + 1_000, reason: '429' }),
    entry({ type: 'provider.stopped', provider: 'claude', reason: 'unusable', message: 'm', hint: 'h', run: RUN }),
    entry({ type: 'task.deferred', task: 'c', until: NOW + 500, reason: 'x' }),
  ]),
  working: fc.subarray(['a'], { maxLength: 1 }),
});

describe('whatever the backlog', () => {
  test('the order of tasks and leases does not matter', () => {
    fc.assert(
      fc.property(anyFacts, fc.integer(), (facts, seed) => {
        const shuffled = { ...facts, tasks: shuffle(facts.tasks, seed), leases: shuffle(facts.leases, seed) };
        expect(decide(snapshotFixture(shuffled), policyFixture())).toEqual(
          decide(snapshotFixture(facts), policyFixture()),
        );
      }),
    );
  });

  test('what starts is free, has all it depends on, and fits the workers', () => {
    fc.assert(
      fc.property(anyFacts, fc.integer({ min: 1, max: 4 }), (facts, workers) => {
        const snapshot = snapshotFixture(facts);
        const starts = decide(snapshot, policyFixture({ workers })).flatMap((decision) =>
          decision.kind === 'start' ? [decision] : [],
        );
        expect(starts.length).toBeLessThanOrEqual(Math.max(0, workers - snapshot.working.size));
        for (const { task, agent } of starts) {
          const open = task.dependsOn.filter((id) => facts.tasks.find((other) => other.id === id)?.state !== 'done');
          expect(open).toEqual([]);
          expect(facts.leases.flatMap(({ resources }) => resources)).not.toContain(`task/${task.id}`);
          const known = snapshot.history.providers.get(agent.provider);
          expect(known?.stopped ?? known?.paused).toBeUndefined();
        }
      }),
    );
  });

  test('a stop means that later nothing more could have started', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const snapshot = snapshotFixture(facts);
        fc.pre(decide(snapshot, policyFixture()).some(({ kind }) => kind === 'stop'));
        const later = { ...snapshot, now: (NOW + 1e9) as typeof NOW, leases: [] };
        expect(words(decide(later, policyFixture({ once: false })))).toEqual(['wait']);
      }),
    );
  });
});

function shuffle<Item>(items: readonly Item[], seed: number): Item[] {
  return items
    .map((item, index) => ({ item, key: Math.imul(seed ^ (index + 1), 2654435761) }))
    .sort((left, right) => left.key - right.key)
    .map(({ item }) => item);
}
