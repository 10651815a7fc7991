import { AssertionError } from 'node:assert';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { casesOf, type Subject, type World } from '../../src/conformance/case.ts';
import { given, same } from '../../src/conformance/expectations.ts';
import {
  agentProviderCases,
  discoveryPassCases,
  inboxCases,
  journalCases,
  landingCases,
  leaseManagerCases,
  runCases,
  taskStoreCases,
  validationCases,
  workspaceManagerCases,
} from '../../src/conformance/index.ts';

interface Counter extends World {
  readonly count: number;
  readonly clock?: string;
}
type CounterSubject = Subject<Counter, 'clock'>;

const { must } = casesOf<Counter, 'clock'>();
const counts = must('counter/counts', 'It counts to two.', ({ count }) => same(count, 2));
const ticks = must('counter/ticks', 'It ticks.', ({ clock }) => same(given(clock, 'clock'), 'tick'), 'clock');
const hangs = must('counter/ends', 'It ends.', () => new Promise(() => {}));
const breaks = must('counter/works', 'It works.', () => {
  throw new TypeError('It is broken.');
});

const subjectOf = (world: Counter, more: Partial<CounterSubject> = {}): CounterSubject => ({
  open: () => world,
  ...more,
});

async function failure(run: Promise<void>): Promise<AssertionError> {
  const error: unknown = await run.catch((thrown: unknown) => thrown);
  return error instanceof AssertionError ? error : expect.unreachable();
}

describe('a case', () => {
  it('that fails says its id, its level, its sentence, what was expected and what was found', async () => {
    const { message, expected, actual } = await failure(counts.run(subjectOf({ count: 3 })));
    expect(message).toBe('counter/counts (MUST): It counts to two.\n  expected: 2\n  found:    3');
    expect([expected, actual]).toEqual([2, 3]);
  });

  it('is told of as skipped with the reason, and never passes, when the subject cannot give what it needs', async () => {
    const subject = subjectOf({ count: 2 }, { cannot: { clock: 'It has no clock.' } });
    expect([counts.skipped(subject), ticks.skipped(subject)]).toEqual([undefined, 'It has no clock.']);
    expect((await failure(ticks.run(subject))).message).toContain('It has no clock.');
    const reports = [];
    for await (const { id, status, reason } of runCases([counts, ticks, breaks], subject))
      reports.push([id, status, reason]);
    expect(reports).toEqual([
      ['counter/counts', 'passed', undefined],
      ['counter/ticks', 'skipped', 'It has no clock.'],
      ['counter/works', 'failed', expect.stringContaining('It is broken.')],
    ]);
  });

  it('fails when its world lacks what the subject did not excuse', async () => {
    expect((await failure(ticks.run(subjectOf({ count: 2 })))).message).toContain('`clock`');
  });

  it('fails when the part hangs', async () => {
    const { message } = await failure(hangs.run(subjectOf({ count: 2 }, { patienceMs: 10 })));
    expect(message).toContain('an end within 10 ms');
  });

  it('gives its world back, whatever came of it', async () => {
    let disposed = 0;
    const dispose = () => {
      disposed += 1;
    };
    await counts.run(subjectOf({ count: 2, dispose }));
    await failure(breaks.run(subjectOf({ count: 2, dispose })));
    await failure(hangs.run(subjectOf({ count: 2, dispose }, { patienceMs: 10 })));
    expect(disposed).toBe(3);
  });
});

describe('the cases of all contracts', () => {
  const all = [
    ...[taskStoreCases, inboxCases, journalCases, leaseManagerCases, workspaceManagerCases, landingCases],
    ...[agentProviderCases, validationCases, discoveryPassCases],
  ].flat();

  it('are more than a hundred, each with an id of its own', () => {
    expect(all.length).toBeGreaterThan(100);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  });

  // Reports of other people are compared by these: a case that is new is added to the list, no other line changes.
  it('keep the ids and levels under which they were published', () => {
    const published = readFileSync(new URL('published-cases.txt', import.meta.url), 'utf8')
      .trim()
      .split('\n');
    expect(all.map(({ id, level }) => `${id} ${level}`).sort()).toEqual(published);
  });

  it.each(all.map(({ id, sentence }) => [id, sentence]))('%s is a sentence', (id, sentence) => {
    expect(id).toMatch(/^[a-z]+\/[a-z0-9-]+$/);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});
