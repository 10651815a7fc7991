import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { system } from '@backlog-runner/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Idea, knownIdeas } from '../src/index.ts';

interface Side {
  readonly title: string;
  readonly touch_paths: readonly string[];
  readonly acceptance_criteria: readonly string[];
  readonly description?: string;
}
interface Pair {
  readonly id: string;
  readonly duplicate: boolean;
  readonly kind: string;
  readonly a: Side;
  readonly b: Side;
}

const PAIRS: readonly Pair[] = readFileSync(new URL('near-duplicates.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const ideaOf = ({ title, touch_paths, acceptance_criteria, description }: Side): Idea => ({
  ...{ title, touchPaths: touch_paths, acceptanceCriteria: acceptance_criteria, description },
});
/** Of these nothing was fitted. */
const isHeldOut = ({ id }: Pair) => (createHash('sha256').update(id).digest()[0] ?? 0) < 102;

const all = knownIdeas(PAIRS.flatMap(({ a, b }) => [ideaOf(a), ideaOf(b)]));

function measure(pairs: readonly Pair[]) {
  const judged = pairs.map((pair) => ({ pair, found: all.compare(ideaOf(pair.a), ideaOf(pair.b)).certainty >= 0.5 }));
  const count = (found: boolean, duplicate: boolean) =>
    judged.filter((one) => one.found === found && one.pair.duplicate === duplicate).length;
  const [right, wrong, missed] = [count(true, true), count(true, false), count(false, true)];
  const mistakes = judged.filter(({ pair, found }) => found !== pair.duplicate).map(({ pair }) => pair.id);
  return { precision: right / (right + wrong), recall: right / (right + missed), mistakes };
}

describe('the labelled pairs', () => {
  it('are many, each with its own id, and half of them hard to tell from duplicates', () => {
    expect(PAIRS.length).toBeGreaterThanOrEqual(300);
    expect(new Set(PAIRS.map(({ id }) => id)).size).toBe(PAIRS.length);
    const share = PAIRS.filter(({ duplicate }) => duplicate).length / PAIRS.length;
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.5);
  });

  it.each([
    ['all pairs', PAIRS],
    ['the pairs that were held out', PAIRS.filter(isHeldOut)],
    ['the pairs for tuning', PAIRS.filter((pair) => !isHeldOut(pair))],
  ])('are told apart: %s', (name, pairs) => {
    const { precision, recall, mistakes } = measure(pairs);
    console.log(`${name}: ${pairs.length}, precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`);
    expect(precision, `wrong: ${mistakes.join(', ')}`).toBeGreaterThanOrEqual(0.95);
    expect(recall, `wrong: ${mistakes.join(', ')}`).toBeGreaterThanOrEqual(0.85);
  });
});

describe('knownIdeas', () => {
  it('finds the pair of an idea among hundreds, and hardly ever another one', () => {
    const duplicates = PAIRS.filter((pair) => pair.duplicate);
    const known = knownIdeas(duplicates.map(({ a }) => ideaOf(a)));
    const found = duplicates.map(({ b }) => known.find(ideaOf(b))?.index);
    const wrong = found.filter((index, at) => index !== undefined && index !== at);
    expect(found.filter((index, at) => index === at).length / found.length).toBeGreaterThanOrEqual(0.85);
    expect(wrong.length / found.length).toBeLessThanOrEqual(0.02);
  });

  it('knows an idea from the moment it was added, and says why', () => {
    const known = knownIdeas([]);
    const idea = { title: 'Respect the NO_COLOR environment variable', touchPaths: ['src/cli/colour.ts'] };
    expect(known.find(idea)).toBeUndefined();
    known.add(idea);
    expect(known.find({ ...idea, touchPaths: ['src/cli'] })).toMatchObject({
      index: 0,
      certainty: expect.any(Number),
      features: { evidence: expect.any(Number), paths: expect.any(Number), opposed: 0 },
    });
  });

  it.each<[string, string, string]>([
    ['opposite actions', 'Enable telemetry by default', 'Disable telemetry by default'],
    ['an order and its prohibition', 'Retry failed uploads', 'Do not retry failed uploads'],
    ['versions', 'Upgrade Node to 20', 'Upgrade Node to version 22'],
    ['platforms', 'Sign the macOS installer', 'Sign the Windows installer'],
    ['names', 'Replace Lodash by native methods', 'Replace Moment by native methods'],
    ['a thing and its tests', 'Parse durations such as 3h', 'Write tests for parsing durations such as 3h'],
  ])('tells %s apart in a backlog that holds nothing else', (_, first, second) => {
    const known = knownIdeas([{ title: first, touchPaths: ['src/a.ts'] }]);
    expect(known.find({ title: second, touchPaths: ['src/a.ts'] })).toBeUndefined();
    expect(known.find({ title: first, touchPaths: ['src'] })).toBeDefined();
  });

  it('compares both ways alike, whatever is written', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom(...PAIRS.flatMap(({ a, b }) => [a.title, b.title])));
    const idea = fc.record({ title: text, touchPaths: fc.array(text, { maxLength: 3 }), description: text });
    fc.assert(
      fc.property(idea, idea, (left, right) => {
        const [one, other] = [all.compare(left, right), all.compare(right, left)];
        expect(one.certainty).toBeCloseTo(other.certainty, 9);
        for (const value of Object.values(one.features)) expect(value >= 0 && value <= 1).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('compares twenty candidates with ten thousand tasks in about a second', () => {
    const sides = PAIRS.flatMap(({ a, b }) => [a, b]);
    const tasks = Array.from({ length: 10_000 }, (_, at): Idea => {
      const [one, other] = [sides[at % sides.length], sides[(at * 7 + 3) % sides.length]];
      if (!one || !other) throw new Error('no pairs');
      return {
        ...ideaOf(one),
        title: `${one.title} ${at}`,
        description: `${other.title}. ${other.acceptance_criteria}`,
      };
    });
    const started = system.monotonic();
    const known = knownIdeas(tasks);
    for (const { b } of PAIRS.slice(0, 20)) known.find(ideaOf(b));
    // Ten times what it takes on an idle machine: without an index it would be minutes.
    expect(system.monotonic() - started).toBeLessThan(10_000);
  });
});
