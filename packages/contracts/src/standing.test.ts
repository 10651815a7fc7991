import { describe, expect, it } from 'vitest';
import { plainTask } from '../test/plain-task.ts';
import type { JournalEntry } from './event.ts';
import { foldHistory } from './history.ts';
import type { EpochMs } from './ids.ts';
import type { Lease } from './lease-manager.ts';
import {
  awaitedBy,
  type BlockReason,
  needsPerson,
  type Situation,
  standingOf,
  standingsOf,
  taskOfLease,
} from './standing.ts';
import type { Task } from './task.ts';

const NOW = 1_000 as EpochMs;

interface Facts {
  readonly others?: readonly Task[];
  readonly leases?: readonly Lease[];
  readonly events?: readonly Readonly<Record<string, unknown>>[];
}

function situation(task: Task, { others = [], leases = [], events = [] }: Facts): Situation {
  const entries = events.map((event, seq) => ({ at: seq, run: 'r', seq, ...event })) as unknown as JournalEntry[];
  const tasks = new Map([task, ...others].map((each) => [each.id, each]));
  return { tasks, history: foldHistory(entries), leases, now: NOW };
}

const lease = (fence: number, ...resources: string[]) => ({ fence, resources, holder: 'h' }) as unknown as Lease;
const attempt = { attempt: 'x.1', task: 'x', provider: 'codex' };
const held = [
  { type: 'attempt.started', ...attempt },
  { type: 'attempt.ended', ...attempt, counts: false, result: { status: 'held', reason: 'in the way', paths: ['f'] } },
];
const deferred = (until: number) => [{ type: 'task.deferred', task: 'x', until, reason: 'later' }];

describe('a task stands', () => {
  const needs = (...dependsOn: string[]) => plainTask('x', { dependsOn });
  it.each<[string, Task, Facts, object]>([
    ['runnable when nothing is in the way', plainTask('x'), {}, { status: 'runnable' }],
    ['as it is stored when that is not ready', plainTask('x', { state: 'failed' }), {}, { status: 'failed' }],
    [
      'running while a lease on it lives',
      plainTask('x'),
      { leases: [lease(4, 'task/x', 'path/src/x')] },
      { status: 'running', lease: lease(4, 'task/x', 'path/src/x') },
    ],
    [
      'runnable when what it needs is done',
      needs('y'),
      { others: [plainTask('y', { state: 'done' })] },
      { status: 'runnable' },
    ],
    [
      'blocked by what is not done',
      needs('y', 'z'),
      { others: [plainTask('y'), plainTask('z', { state: 'planned' })] },
      {
        status: 'blocked',
        reasons: [
          { kind: 'dependency-unfinished', task: 'y', state: 'ready' },
          { kind: 'dependency-unfinished', task: 'z', state: 'planned' },
        ],
      },
    ],
    [
      'blocked by what does not exist, failed or is superseded',
      needs('nowhere', 'y', 'z'),
      { others: [plainTask('y', { state: 'failed' }), plainTask('z', { state: 'superseded' })] },
      {
        status: 'blocked',
        reasons: [
          { kind: 'dependency-missing', task: 'nowhere' },
          { kind: 'dependency-failed', task: 'y' },
          { kind: 'dependency-superseded', task: 'z' },
        ],
      },
    ],
    [
      'blocked by the cycle it is part of',
      needs('y'),
      { others: [plainTask('y', { dependsOn: ['x'] })] },
      { status: 'blocked', reasons: [{ kind: 'dependency-cycle', tasks: ['x', 'y'] }] },
    ],
    [
      'blocked while its landing is held',
      plainTask('x'),
      { events: held },
      { status: 'blocked', reasons: [{ kind: 'landing-held', reason: 'in the way', paths: ['f'] }] },
    ],
    [
      'blocked by the leases of others on its paths and capabilities',
      plainTask('x', { touchPaths: ['src'], capabilities: ['db'] }),
      { leases: [lease(1, 'task/y', 'path/src/ui'), lease(2, 'capability/db'), lease(3, 'task/z', 'path/docs')] },
      {
        status: 'blocked',
        reasons: [
          { kind: 'resource-taken', resource: 'path/src/ui', by: 'y' },
          { kind: 'resource-taken', resource: 'capability/db' },
        ],
      },
    ],
    [
      'deferred until its time',
      plainTask('x'),
      { events: deferred(1_001) },
      { status: 'deferred', until: 1_001, reason: 'later' },
    ],
    ['runnable from that time on', plainTask('x'), { events: deferred(1_000) }, { status: 'runnable' }],
  ])('%s', (_claim, task, facts, expected) => {
    const all = situation(task, facts);
    expect(standingOf(task, all)).toEqual(expected);
    expect(standingsOf(all).get(task.id)).toEqual(expected);
  });
});

it('all tasks of a long chain are judged in a moment', { timeout: 5_000 }, () => {
  const chain = Array.from({ length: 10_000 }, (_, index) =>
    plainTask(`t${index}`, { dependsOn: index === 0 ? ['loop'] : [`t${index - 1}`] }),
  );
  const [first, ...others] = [plainTask('loop', { dependsOn: ['loop'] }), ...chain];
  const standings = standingsOf(situation(first ?? expect.unreachable(), { others }));
  expect([...standings.values()].filter(({ status }) => status === 'blocked').length).toBe(10_001);
});

it.each<[BlockReason['kind'], boolean]>([
  ['dependency-unfinished', false],
  ['dependency-missing', true],
  ['dependency-failed', true],
  ['dependency-superseded', true],
  ['dependency-cycle', true],
  ['landing-held', true],
  ['resource-taken', false],
  ['provider-paused', false],
  ['provider-stopped', true],
])('%s needs a person: %s', (kind, expected) => {
  expect(needsPerson({ kind } as BlockReason)).toBe(expected);
});

it('a lease is about the task it covers, if any', () => {
  expect(taskOfLease(lease(1, 'path/src', 'task/x'))).toBe('x');
  expect(taskOfLease(lease(1, 'landing/main'))).toBeUndefined();
});

describe('a task that was superseded', () => {
  const gone = (id: string, ...supersededBy: string[]) => plainTask(id, { state: 'superseded', supersededBy });
  const all = (...tasks: readonly Task[]) => new Map(tasks.map((task) => [task.id, task]));
  const x = plainTask('x', { dependsOn: ['p', 'q'] });

  it.each<[string, readonly Task[], readonly string[]]>([
    ['nothing was superseded', [plainTask('p'), plainTask('q')], ['p', 'q']],
    ['one was', [gone('p', 'a', 'b'), plainTask('q')], ['a', 'b', 'q']],
    ['what took its place was, too', [gone('p', 'a', 'b'), gone('a', 'c'), plainTask('b')], ['c', 'b', 'q']],
    ['both were by the same', [gone('p', 'a'), gone('q', 'a')], ['a']],
    ['both were by what was superseded itself', [gone('p', 'a'), gone('q', 'a'), gone('a', 'b')], ['b']],
    ['nothing took its place', [gone('p')], ['p', 'q']],
    ['it would take its own place', [gone('p', 'a'), gone('a', 'p')], ['p', 'q']],
  ])('is waited for as what took its place, where %s', (_claim, others, awaited) => {
    expect(awaitedBy(x, all(x, ...others))).toEqual(awaited);
  });

  it('holds up what depends on it until all that took its place is done', () => {
    const done = plainTask('a', { state: 'done' });
    const others = [gone('p', 'a', 'b'), done, plainTask('q', { state: 'done' })];
    const waits = { status: 'blocked', reasons: [{ kind: 'dependency-unfinished', task: 'b', state: 'ready' }] };
    expect(standingOf(x, situation(x, { others: [...others, plainTask('b')] }))).toEqual(waits);
    const finished = [...others, plainTask('b', { state: 'done' })];
    expect(standingOf(x, situation(x, { others: finished }))).toEqual({ status: 'runnable' });
  });

  it('makes a cycle where what took its place waits for what waits for it', () => {
    const others = [gone('p', 'a'), plainTask('a', { dependsOn: ['x'] }), plainTask('q', { state: 'done' })];
    const cycle = { status: 'blocked', reasons: [{ kind: 'dependency-cycle', tasks: ['x', 'p', 'a'] }] };
    const here = situation(x, { others });
    expect(standingOf(x, here)).toEqual(cycle);
    expect(standingsOf(here).get(x.id)).toEqual(cycle);
  });
});
