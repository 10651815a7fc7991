import { type EpochMs, type InquiryId, type JournalEntry, questionOf, type Task } from '@backlog-runner/contracts';
import { taskFixture } from '@backlog-runner/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leaseFixture, NOW, policyFixture, RUN, type SnapshotFacts, snapshotFixture } from '../test/fixtures.ts';
import { discovery, HOUR, passPolicy, planning } from '../test/looks.ts';
import { type Decision, decide } from './decide.ts';
import { paceOf } from './decide-passes.ts';
import { heldPlanKey, PLANNING } from './look-key.ts';
import type { PassPolicy, RunnerPolicy } from './policy.ts';
import { SET_ASIDE } from './snapshot.ts';

const words = (decisions: readonly Decision[]): string[] =>
  decisions.map((decision) => {
    if (decision.kind === 'plan') return `plan ${decision.tasks.map(({ id }) => id).join('+')}`;
    if (decision.kind === 'land-plan') return `land-plan ${decision.proposal.inquiry}`;
    if (decision.kind === 'pass') return `pass ${decision.pass.id}`;
    if ('task' in decision) return `${decision.kind} ${decision.task.id}`;
    return decision.kind === 'wait' && decision.until !== undefined ? `wait ${decision.until - NOW}` : decision.kind;
  });

type Entry = Partial<JournalEntry>;
const entry = (fields: object) => fields as Entry;
const vague = (id: string, fields: Parameters<typeof taskFixture>[0] = {}) =>
  taskFixture({ id, state: 'planned', ...fields });
const a = vague('a');

const began = (task: Task, at = NOW - HOUR): Entry =>
  entry({
    ...{ type: 'plan.started', inquiry: `${task.id}.1`, fence: 1, base: 'c', provider: 'codex', at },
    parents: [{ id: task.id, question: questionOf(task) }],
  });
const ended = (task: Task, outcome: object, counts: boolean, at = NOW - HOUR): Entry =>
  entry({ type: 'plan.ended', inquiry: `${task.id}.1`, parents: [task.id], outcome, counts, at });
const refused = { status: 'refused', reason: 'no idea' };
const tried = (task: Task, at?: number) => [began(task, at), ended(task, refused, true, at)];
const proposal = { inquiry: 'a.1', parents: [{ id: 'a', revision: '1' }], plan: {} };
const held = [began(a), ended(a, { status: 'held', reason: 'in the way', paths: [], proposal }, false)];
const retried = entry({
  ...{ type: 'plan.writing', inquiry: 'a.1', fence: 2, run: 'run-b' },
  ...{ supersedes: [{ parent: 'a', children: ['b'] }], children: [], summary: '' },
});
const paused = entry({ type: 'provider.paused', provider: 'codex', until: NOW + 5_000, reason: '429' });
const stopped = entry({
  type: 'provider.stopped',
  provider: 'codex',
  reason: 'unusable',
  message: '',
  hint: '',
  run: RUN,
});

interface Row {
  readonly claim: string;
  readonly facts: SnapshotFacts;
  readonly policy?: Partial<RunnerPolicy>;
  readonly decisions: readonly string[];
}

const plans: readonly Row[] = [
  {
    claim: 'vague tasks are planned, in small batches',
    facts: { tasks: ['c', 'a', 'b'].map((id) => vague(id)) },
    decisions: ['plan a+b', 'wait'],
  },
  {
    claim: 'the more urgent first',
    facts: { tasks: [a, vague('b', { priority: 'high' })] },
    policy: { planner: { ...planning, batch: 1 } },
    decisions: ['plan b', 'wait'],
  },
  {
    claim: 'without a planner they wait for a person',
    facts: { tasks: [a] },
    policy: { planner: { ...planning, readyMark: 0 } },
    decisions: ['stop'],
  },
  {
    claim: 'not while enough is ready',
    facts: { tasks: [a, taskFixture({ id: 'r' })] },
    decisions: ['start r', 'wait'],
  },
  {
    claim: 'what is ready but waits for a person is no reason to wait',
    facts: { tasks: [a, taskFixture({ id: 'r', dependsOn: ['nowhere'] })] },
    decisions: ['plan a', 'wait'],
  },
  {
    claim: 'a task called plan that is set aside does not keep the planner from looking',
    facts: { tasks: [a, taskFixture({ id: 'plan', state: 'done' })], resting: { plan: SET_ASIDE } },
    decisions: ['plan a', 'wait'],
  },
  { claim: 'one batch at a time', facts: { tasks: [a, vague('b')], looking: [PLANNING] }, decisions: ['wait'] },
  { claim: 'only with a free worker', facts: { tasks: [a], working: ['x', 'y'] }, decisions: ['wait'] },
  {
    claim: 'a look takes a worker too',
    facts: { tasks: [taskFixture({ id: 'r' }), taskFixture({ id: 's' })], looking: [PLANNING] },
    decisions: ['start r', 'wait'],
  },
  {
    claim: 'not what somebody else has',
    facts: { tasks: [a, vague('b')], leases: [leaseFixture('task/a')] },
    decisions: ['plan b', 'wait'],
  },
  {
    claim: 'all of it had by others is waited for',
    facts: { tasks: [a], leases: [leaseFixture('task/a')] },
    decisions: ['wait 30000'],
  },
  {
    claim: 'a pause after a fruitless batch',
    facts: { tasks: [a, vague('b')], entries: tried(a, NOW - 20_000) },
    decisions: ['wait 40000'],
  },
  {
    claim: 'which grows',
    facts: { tasks: [a, vague('b')], entries: [...tried(vague('b'), NOW - HOUR), ...tried(a, NOW - 20_000)] },
    decisions: ['wait 100000'],
  },
  { claim: 'and ends', facts: { tasks: [a], entries: tried(a, NOW - 60_000) }, decisions: ['plan a', 'wait'] },
  {
    claim: 'a task out of tries is left, which is told once',
    facts: { tasks: [a], entries: [...tried(a), ...tried(a)] },
    decisions: ['leave a', 'wait'],
  },
  {
    claim: 'and then nothing is left to do',
    facts: {
      tasks: [a],
      entries: [
        ...tried(a),
        ...tried(a),
        entry({ type: 'plan.left', task: 'a', question: questionOf(a), reason: 'r' }),
      ],
    },
    decisions: ['stop'],
  },
  {
    claim: 'until it asks for something else',
    facts: { tasks: [vague('a', { description: 'new' })], entries: [...tried(a), ...tried(a)] },
    decisions: ['plan a', 'wait'],
  },
  {
    claim: 'a failed task is planned, too',
    facts: { tasks: [vague('f', { state: 'failed' })] },
    decisions: ['plan f', 'wait'],
  },
  {
    claim: 'once for each failure',
    facts: {
      tasks: [vague('f', { state: 'failed' })],
      entries: [
        entry({ type: 'task.failed', task: 'f', reason: 'r', at: NOW - 2 * HOUR }),
        ...tried(vague('f', { state: 'failed' })),
      ],
    },
    decisions: ['stop'],
  },
  {
    claim: 'and again after the next one',
    facts: {
      tasks: [vague('f', { state: 'failed' })],
      entries: [
        ...tried(vague('f', { state: 'failed' }), NOW - 2 * HOUR),
        entry({ type: 'task.failed', task: 'f', reason: 'r', at: NOW - HOUR }),
      ],
    },
    decisions: ['plan f', 'wait'],
  },
  { claim: 'a provider that rests is waited for', facts: { tasks: [a], entries: [paused] }, decisions: ['wait 5000'] },
  { claim: 'a provider that cannot run is not', facts: { tasks: [a], entries: [stopped] }, decisions: ['stop'] },
  {
    claim: 'a held plan is applied when the way is free, and its task not planned again',
    facts: { tasks: [a], entries: held },
    decisions: ['land-plan a.1', 'wait'],
  },
  {
    claim: 'a held plan rests after a try',
    facts: { tasks: [a], entries: held, resting: { [heldPlanKey('a.1' as InquiryId)]: NOW + 9_000 } },
    policy: { once: false },
    decisions: ['wait 9000'],
  },
  {
    claim: 'with `once` it is tried once more',
    facts: { tasks: [a], entries: held, resting: { [heldPlanKey('a.1' as InquiryId)]: NOW - 1 } },
    decisions: ['stop'],
  },
  {
    claim: 'with `once` a held plan is left to the runner that watches it',
    facts: { tasks: [a], entries: [...held, retried], leases: [leaseFixture('runner/run-b')] },
    decisions: ['stop'],
  },
  {
    claim: 'a held plan is taken over from a runner that is not present any more',
    facts: { tasks: [a], entries: [...held, retried], leases: [leaseFixture('runner/run-b')] },
    policy: { once: false },
    decisions: ['wait 30000'],
  },
  {
    claim: 'a held plan waits until somebody has cleaned up after the runner that died of it',
    facts: { tasks: [a], entries: [...held, retried] },
    decisions: ['wait'],
  },
  {
    claim: 'a held plan that this runner watches is tried again',
    facts: { tasks: [a], entries: [...held, { ...retried, run: RUN }] },
    decisions: ['land-plan a.1', 'wait'],
  },
  {
    claim: 'a plan that a person is to see is waited for',
    facts: { tasks: [a], entries: [began(a), ended(a, { status: 'proposed', summary: '' }, false)] },
    decisions: ['stop'],
  },
  {
    claim: 'a plan that was rejected makes way for another',
    facts: {
      tasks: [a],
      entries: [
        began(a),
        ended(a, { status: 'proposed', summary: '' }, false),
        entry({ type: 'plan.rejected', inquiry: 'a.1', parents: ['a'], reason: 'no' }),
      ],
    },
    decisions: ['plan a', 'wait'],
  },
  {
    claim: 'what came of too many plans in a row is left',
    facts: {
      tasks: [
        taskFixture({ id: 'p', state: 'superseded', supersededBy: ['q'] as never }),
        taskFixture({ id: 'q', state: 'superseded', supersededBy: ['a'] as never, source: { type: 'planner-pass' } }),
        vague('a', { source: { type: 'planner-pass' } }),
      ],
    },
    policy: { planner: { ...planning, maxDepth: 2 } },
    decisions: ['leave a', 'wait'],
  },
];

test.each(plans)('planning: $claim', ({ facts, policy, decisions }) => {
  expect(words(decide(snapshotFixture(facts), policyFixture({ planner: planning, ...policy })))).toEqual(decisions);
});

const turn = (proposed: number, { at = NOW - HOUR, base = 'c0' } = {}): readonly Entry[] => [
  entry({ type: 'pass.started', inquiry: 'pass-todo.1', pass: 'todo', fence: 1, base, at }),
  entry({
    type: 'pass.ended',
    inquiry: 'pass-todo.1',
    pass: 'todo',
    outcome: { status: 'found', proposed },
    counts: true,
    at,
  }),
];
const source = { type: 'pass', passId: 'todo' };
const added = (at: number) => entry({ type: 'task.added', task: 't', title: 't', source, at });
const rejected = entry({ type: 'candidate.rejected', title: 't', reason: 'r', source, at: NOW - HOUR });
const fruitful = (at: number, base = 'c0') => [...turn(1, { at, base }), added(at)];
const rules = (...passes: readonly PassPolicy[]) => ({ discovery: discovery(...passes) });
const hourly = passPolicy('todo', { everyMs: HOUR });

const passes: readonly Row[] = [
  { claim: 'one that never had a turn is due', facts: {}, decisions: ['pass todo', 'wait'] },
  {
    claim: 'not while there is enough to do',
    facts: { tasks: [taskFixture({ id: 'r' })] },
    decisions: ['start r', 'wait'],
  },
  {
    claim: 'what waits for other tasks is something to do',
    facts: {
      tasks: [taskFixture({ id: 'r', dependsOn: ['s'] }), taskFixture({ id: 's' })],
      leases: [leaseFixture('task/s')],
      working: ['s'],
    },
    decisions: ['wait'],
  },
  {
    claim: 'unless nothing of that can move',
    facts: { tasks: [taskFixture({ id: 'r', dependsOn: ['s'] }), taskFixture({ id: 's', state: 'planned' })] },
    decisions: ['pass todo', 'wait'],
  },
  {
    claim: 'what waits for a person is not',
    facts: { tasks: [taskFixture({ id: 'r', dependsOn: ['nowhere'] })] },
    decisions: ['pass todo', 'wait'],
  },
  {
    claim: 'with a time of its own it looks whatever there is to do',
    facts: { tasks: [taskFixture({ id: 'r' })] },
    policy: rules(passPolicy('todo', { trigger: 'schedule' })),
    decisions: ['start r', 'pass todo', 'wait'],
  },
  {
    claim: 'only a person starts a manual one',
    facts: {},
    policy: rules(passPolicy('todo', { trigger: 'manual' })),
    decisions: ['stop'],
  },
  {
    claim: 'several look at once, as workers are free',
    facts: {},
    policy: { ...rules(hourly, passPolicy('b'), passPolicy('c')) },
    decisions: ['pass todo', 'pass b', 'wait'],
  },
  { claim: 'one that looks is waited for', facts: { looking: ['pass/todo'] }, decisions: ['wait'] },
  {
    claim: 'with `once` nobody waits for one that another runner takes',
    facts: { leases: [leaseFixture('pass/todo')] },
    decisions: ['stop'],
  },
  {
    claim: 'without `once` it is looked at again',
    facts: { leases: [leaseFixture('pass/todo')] },
    policy: { once: false },
    decisions: ['wait 30000'],
  },
  {
    claim: 'one that just had its turn is not due',
    facts: { entries: fruitful(NOW - 20 * 60_000) },
    decisions: ['stop'],
  },
  {
    claim: 'without `once` its time is waited for',
    facts: { entries: fruitful(NOW - 20 * 60_000) },
    policy: { once: false },
    decisions: [`wait ${40 * 60_000}`],
  },
  { claim: 'and comes', facts: { entries: fruitful(NOW - HOUR) }, decisions: ['pass todo', 'wait'] },
  {
    claim: 'after a fruitless turn it takes twice as long',
    facts: { entries: turn(0) },
    policy: { once: false },
    decisions: [`wait ${HOUR}`],
  },
  {
    claim: 'what it looked at in vain it does not look at again',
    facts: { entries: turn(0, { at: NOW - 9 * HOUR, base: 'c1' }) },
    decisions: ['stop'],
  },
  {
    claim: 'but what has changed since',
    facts: { entries: turn(0, { at: NOW - 9 * HOUR }) },
    decisions: ['pass todo', 'wait'],
  },
  {
    claim: 'and what it found something in',
    facts: { entries: fruitful(NOW - 9 * HOUR, 'c1') },
    decisions: ['pass todo', 'wait'],
  },
  {
    claim: 'as many as may be admitted today',
    facts: { entries: [added(NOW - 23 * HOUR), added(NOW - 2 * HOUR)] },
    policy: { once: false, ...rules(passPolicy('todo', { maxPerDay: 2 })) },
    decisions: [`wait ${HOUR}`],
  },
  {
    claim: 'a provider that rests is waited for without `once`',
    facts: { entries: [paused] },
    policy: { once: false },
    decisions: ['wait 5000'],
  },
  {
    claim: 'a provider that cannot run stops it',
    facts: { entries: [stopped] },
    policy: { once: false },
    decisions: ['wait'],
  },
  {
    claim: 'with an agent of its own it looks while another rests',
    facts: { entries: [stopped] },
    policy: rules(passPolicy('todo', { agent: { provider: 'claude' } })),
    decisions: ['pass todo', 'wait'],
  },
  {
    claim: 'when only some tasks are asked for, nothing is looked for',
    facts: {},
    policy: { only: [] },
    decisions: ['stop'],
  },
];

test.each(passes)('a pass: $claim', ({ facts, policy, decisions }) => {
  expect(words(decide(snapshotFixture(facts), policyFixture({ ...rules(hourly), ...policy })))).toEqual(decisions);
});

describe('the pace of a pass', () => {
  const paced = (...entries: readonly Entry[]) => paceOf(hourly, snapshotFixture({ entries }).history) / HOUR;
  test.each<[string, readonly Entry[], number]>([
    ['is as configured at first', [], 1],
    ['stays when half of its candidates are admitted', [added(NOW), rejected], 1],
    ['is half when fewer are', [added(NOW), rejected, rejected], 2],
    ['is a quarter when hardly any is', [rejected, rejected, rejected], 4],
    ['is slower with every fruitless turn', [...turn(0), ...turn(0)], 4],
    ['is never slower than a sixteenth', Array.from({ length: 20 }, () => turn(0)).flat(), 16],
  ])('%s', (_claim, entries, factor) => {
    expect(paced(...entries)).toBe(factor);
  });
});

const anyTask = (id: string) =>
  fc
    .record({
      state: fc.constantFrom('ready', 'planned', 'failed', 'done', 'superseded'),
      priority: fc.constantFrom('high', 'normal', 'low'),
      dependsOn: fc.subarray(['a', 'b', 'c'], { maxLength: 1 }),
      supersededBy: fc.subarray(['a', 'b', 'c'], { maxLength: 1 }),
      source: fc.constantFrom({ type: 'manual' }, { type: 'planner-pass' }),
    })
    .map((fields) => taskFixture({ id, ...(fields as object) }));
const anyFacts = fc.record({
  tasks: fc.tuple(...['a', 'b', 'c'].map(anyTask)),
  leases: fc.subarray([leaseFixture('task/a'), leaseFixture('pass/todo')]),
  entries: fc.subarray([
    ...tried(a),
    ...held,
    ...turn(0),
    ...turn(1, { base: 'c1' }),
    added(NOW - 1),
    rejected,
    paused,
  ]),
  working: fc.subarray(['x'], { maxLength: 1 }),
  looking: fc.subarray([PLANNING, 'pass/todo'], { maxLength: 1 }),
});
const anyPolicy = fc
  .record({ once: fc.boolean(), workers: fc.integer({ min: 1, max: 3 }), maxDepth: fc.integer({ min: 1, max: 2 }) })
  .map(({ once, workers, maxDepth }) =>
    policyFixture({
      once,
      workers,
      planner: { ...planning, maxDepth },
      ...rules(hourly, passPolicy('daily', { trigger: 'schedule' })),
    }),
  );

describe('whatever planner and passes have done', () => {
  test('the order of tasks does not matter', () => {
    fc.assert(
      fc.property(anyFacts, anyPolicy, (facts, policy) => {
        const reversed = { ...facts, tasks: [...facts.tasks].reverse() };
        expect(words(decide(snapshotFixture(reversed), policy))).toEqual(words(decide(snapshotFixture(facts), policy)));
      }),
    );
  });

  test('nothing begins twice, nor more than workers are free', () => {
    fc.assert(
      fc.property(anyFacts, anyPolicy, (facts, policy) => {
        const snapshot = snapshotFixture(facts);
        const begun = words(decide(snapshot, policy)).filter((word) => !/^(wait|stop|leave)/.test(word));
        expect(new Set(begun).size).toBe(begun.length);
        expect(begun.length).toBeLessThanOrEqual(
          Math.max(0, policy.workers - snapshot.working.size - snapshot.looking.size),
        );
        for (const key of snapshot.looking)
          expect(begun.map((word) => word.replace('pass ', 'pass/'))).not.toContain(key);
      }),
    );
  });

  test('the time waited for lies ahead', () => {
    fc.assert(
      fc.property(anyFacts, anyPolicy, (facts, policy) => {
        for (const decision of decide(snapshotFixture(facts), policy)) {
          if (decision.kind === 'wait' && decision.until !== undefined) expect(decision.until).toBeGreaterThan(NOW);
        }
      }),
    );
  });

  test('a stop means that as time goes on nothing begins but what keeps a time of its own', () => {
    fc.assert(
      fc.property(anyFacts, anyPolicy, (facts, rules) => {
        const snapshot = snapshotFixture({ ...facts, working: [], looking: [] });
        const policy = { ...rules, once: true };
        fc.pre(decide(snapshot, policy).some(({ kind }) => kind === 'stop'));
        const later = { ...snapshot, now: (NOW + 60_000) as EpochMs, leases: [] };
        const begun = words(decide(later, policy)).filter((word) => !/^(wait|stop|pass)/.test(word));
        expect(begun).toEqual([]);
      }),
    );
  });
});
