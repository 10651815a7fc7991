import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from './event.ts';
import { foldHistory } from './history.ts';
import type { RunId, TaskId } from './ids.ts';

type Event = Readonly<Record<string, unknown>>;
const task = 'x';
const start = (fence: number): Event => ({
  type: 'attempt.started',
  attempt: `x.${fence}`,
  task,
  fence,
  tryNumber: 1,
  role: 'code',
  provider: 'codex',
  base: 'b',
  question: 'q',
});
const end = (fence: number, result: Event, counts: boolean): Event => ({
  type: 'attempt.ended',
  attempt: `x.${fence}`,
  task,
  result,
  counts,
});
const refused = { status: 'refused', by: 'validation', reason: 'r' };
const limited = { status: 'agent-failed', failure: { kind: 'rate-limited', message: 'm' } };
const cancelled = { status: 'cancelled', reason: 'r' };
const paused: Event = { type: 'provider.paused', provider: 'codex', until: 9, reason: '429' };
const landed: Event = { type: 'task.landed', task, attempt: 'x.1', commit: 'c', branch: 'b' };
const failed: Event = { type: 'task.failed', task, reason: 'r' };
const deferred: Event = { type: 'task.deferred', task, until: 99, reason: 'r' };

function entries(events: readonly Event[]): readonly JournalEntry[] {
  return events.map((event, seq) => ({ at: seq, run: 'run', seq, ...event })) as unknown as JournalEntry[];
}
const fold = (...events: readonly Event[]) => foldHistory(entries(events));
const past = (...events: readonly Event[]) => fold(...events).tasks.get(task as TaskId) ?? expect.unreachable();

describe('the tries of a task', () => {
  it.each<[string, readonly Event[], number]>([
    ['are the attempts that count', [start(1), end(1, refused, true), start(2), end(2, limited, false)], 1],
    [
      'count an attempt once though its end is recorded twice',
      [start(1), end(1, refused, true), end(1, refused, true)],
      1,
    ],
    ['begin anew after landing', [start(1), end(1, refused, true), landed], 0],
    ['begin anew after failing', [start(1), end(1, refused, true), failed, start(2), end(2, refused, true)], 1],
    ['count an end whose beginning is lost', [end(1, refused, true)], 1],
  ])('%s', (_claim, events, tries) => {
    expect(past(...events).triesUsed).toBe(tries);
  });
});

it('an attempt that landed stays so, whatever a runner that slept through it says later', () => {
  const ended = { status: 'landed', commit: 'c' };
  const inconclusive = { status: 'inconclusive', reason: 'r' };
  const { attempts, triesUsed } = past(start(1), landed, end(1, ended, false), end(1, inconclusive, true));
  expect(attempts).toMatchObject([{ result: ended, endedAt: 2, counts: false }]);
  expect(triesUsed).toBe(0);
});

it('an attempt whose work was collected says so and still names it', () => {
  const kept: Event = { type: 'attempt.retained', attempt: 'x.1', ref: 'r', commit: 'c', base: 'b', files: 1 };
  const collected: Event = { type: 'attempt.collected', attempt: 'x.1', ref: 'r' };
  expect(past(start(1), kept, collected).attempts).toMatchObject([{ retained: { ref: 'r' }, collectedAt: 2 }]);
});

describe('a deferral', () => {
  it.each([
    ['ends when an attempt starts', start(1)],
    ['ends when the task lands', landed],
    ['ends when the task fails', failed],
  ])('%s', (_claim, event) => {
    expect(past(deferred)).toMatchObject({ deferred: { until: 99, reason: 'r' } });
    expect(past(deferred, event)).not.toHaveProperty('deferred');
  });
});

it('landing is remembered, and ends what was said about failing', () => {
  expect(past(failed, landed)).toMatchObject({ landed: { commit: 'c', branch: 'b', attempt: 'x.1', at: 1 } });
  expect(past(failed, landed)).not.toHaveProperty('failed');
});

describe('the pauses of a provider in a row', () => {
  const row = (...events: readonly Event[]) => fold(...events).providers.get('codex')?.pausesInARow;

  it.each<[string, readonly Event[], number]>([
    ['add up', [start(1), paused, end(1, limited, false), start(2), paused, end(2, limited, false)], 2],
    ['are over when an attempt shows that it works', [paused, start(1), end(1, refused, true)], 0],
    ['go on when an attempt was cancelled, which shows nothing', [paused, start(1), end(1, cancelled, false)], 1],
  ])('%s', (_claim, events, count) => {
    expect(row(...events)).toBe(count);
  });
});

it('an attempt gathers what is recorded about it', () => {
  const about = { attempt: 'x.1' };
  const [record] = past(
    start(1),
    { type: 'attempt.prepared', ...about, workspace: 'w1' },
    { type: 'attempt.session', ...about, session: 's' },
    { type: 'attempt.progress', ...about, text: 'reads' },
    { type: 'attempt.retained', ...about, ref: 'r', commit: 'c', base: 'b', files: 1 },
    { ...end(1, refused, true), summary: 'tried', notes: ['n'] },
  ).attempts;
  expect(record).toMatchObject({
    run: 'run',
    startedAt: 0,
    endedAt: 5,
    workspace: 'w1',
    session: 's',
    lastEvent: { at: 3, text: 'reads' },
    retained: { ref: 'r', commit: 'c', base: 'b' },
    result: refused,
    counts: true,
    summary: 'tried',
    notes: ['n'],
  });
});

it('a run is remembered from its start to its end', () => {
  const run = { type: 'run.started', version: '1', workers: 2, branch: 'b', host: 'h' };
  const stop = { type: 'run.stop-requested', runs: ['run', 'unknown'] };
  const { runs } = fold(run, stop, { type: 'run.ended', reason: 'done' });
  expect([...runs.values()]).toEqual([
    { run: 'run', startedAt: 0, workers: 2, branch: 'b', host: 'h', stopRequestedAt: 1, endedAt: 2 },
  ]);
});

it('an event of a later version, or about an unknown attempt, is no error', () => {
  expect(fold({ type: 'invented.later' }, { type: 'attempt.session', attempt: 'y.1', session: 's' })).toEqual(fold());
});

describe('folding in steps', () => {
  const attempt = fc.constantFrom('x.1', 'x.2', 'y.3');
  const event = fc.oneof(
    attempt.map((id) => ({ ...start(Number(id.slice(2))), attempt: id, task: id.slice(0, 1) })),
    fc
      .tuple(attempt, fc.constantFrom<Event>(refused, limited, cancelled), fc.boolean())
      .map(([id, result, counts]) => ({ ...end(0, result, counts), attempt: id, task: id.slice(0, 1) })),
    attempt.map((id) => ({ type: 'attempt.progress', attempt: id, text: 't' })),
    attempt.map((id) => ({ type: 'attempt.usage', attempt: id, usage: { inputTokens: 3 } })),
    attempt.map((id) => ({ type: 'attempt.session', attempt: id, session: 's' })),
    fc.constantFrom<Event>(landed, failed, deferred, paused),
    fc.constantFrom<Event>(
      { type: 'provider.stopped', provider: 'codex', reason: 'unusable', message: 'm', hint: 'h' },
      { type: 'run.started', version: '1', workers: 1, branch: 'b', host: 'h' },
      { type: 'run.ended', reason: 'r' },
    ),
  );

  it('gives what folding at once gives, and changes no earlier history', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), fc.nat(40), (events, cut) => {
        const all = entries(events);
        const before = foldHistory(all.slice(0, cut));
        const copy = structuredClone(before);
        expect(foldHistory(all.slice(cut), before)).toEqual(foldHistory(all));
        expect(before).toEqual(copy);
      }),
    );
  });

  it('of a hundred thousand entries about ten thousand tasks takes a moment', { timeout: 5_000 }, () => {
    const events = Array.from({ length: 10_000 }, (_, index) => {
      const about = { attempt: `t${index}.${index}`, task: `t${index}` };
      const progress = Array.from({ length: 8 }, () => ({ type: 'attempt.progress', ...about, text: 't' }));
      return [{ ...start(index), ...about }, ...progress, { ...end(index, refused, true), ...about }];
    }).flat();
    expect(foldHistory(entries(events)).tasks.size).toBe(10_000);
  });

  it('of a hundred thousand entries about one task takes a moment', { timeout: 5_000 }, () => {
    const events = Array.from({ length: 1_000 }, (_, index) => {
      const progress = Array.from({ length: 98 }, () => ({
        type: 'attempt.progress',
        attempt: `x.${index}`,
        text: 't',
      }));
      return [start(index), ...progress, end(index, limited, false)];
    }).flat();
    expect(foldHistory(entries(events)).tasks.get(task as TaskId)?.attempts.length).toBe(1_000);
  });
});

describe('a run that was taken for dead while it slept', () => {
  const of = (run: string, event: Event): Event => ({ run, ...event });
  const begun = of('slow', { type: 'run.started', version: '1', workers: 1, branch: 'b', host: 'h' });
  const recovered = of('other', { type: 'run.recovered', of: 'slow', processes: 0 });
  const interrupted = of('other', end(1, { status: 'interrupted', reason: 'its runner died' }, false));
  const told = (...events: readonly Event[]) => fold(begun, of('slow', start(1)), interrupted, recovered, ...events);

  it('is over until it says something again, and then has to be cleaned up after like any other', () => {
    const run = (history: ReturnType<typeof fold>) => history.runs.get('slow' as RunId);
    expect(run(told())?.recoveredAt).toBeDefined();
    expect(run(told(of('slow', { type: 'warning', message: 'm' })))?.recoveredAt).toBeUndefined();
  });

  it('has landed what it landed, whatever was said of its attempt', () => {
    const [attempt] = told(of('slow', landed)).tasks.get(task as TaskId)?.attempts ?? [];
    expect(attempt).toMatchObject({ result: { status: 'landed', commit: 'c' }, counts: false });
  });
});
