import { opposition } from './directions.ts';
import { CONCEPTS, RIVALS } from './lexicon.ts';
import { pathLikeness } from './path-likeness.ts';
import type { Profile } from './profile.ts';
import { stemOf } from './stem.ts';

/** How much a concept says: rare ones in the backlog say much. */
export type Weight = (concept: string) => number;

/** What is compared of two ideas. Each is between 0 and 1. */
export interface Features {
  /** Shared concepts of the criteria; those of all texts when one side has none. */
  readonly criteria: number;
  /** Shared concepts of all texts, counted and not divided. */
  readonly evidence: number;
  /** How much of each title is said anywhere by the other side, on average. */
  readonly covered: number;
  /** Each begins with an action that the other side never mentions. */
  readonly actions: number;
  /** Places in common. */
  readonly paths: number;
  /** Both name places, and none in common. */
  readonly elsewhere: number;
  /** One asks for the opposite of the other. */
  readonly opposed: number;
  /** Each names another one of several rivals: iOS and Android. */
  readonly rivals: number;
  /** The same count or version with other numbers. */
  readonly numbers: number;
  /** Each title has a name that the other side never mentions. */
  readonly names: number;
  /** The same sentence with another word in one place. */
  readonly exchanged: number;
  /** One is about tests, documents or measuring, the other is not. */
  readonly purpose: number;
}

/** What is in the paths of both is where they work, not what they do there. */
const SUBJECT = 0.4;

export function featuresOf(left: Profile, right: Profile, rarity: Weight): Features {
  const isSubject = (concept: string) => left.pathConcepts.has(concept) && right.pathConcepts.has(concept);
  const weight: Weight = (concept) => rarity(concept) * (isSubject(concept) ? SUBJECT : 1);
  const paths = pathLikeness(left.paths, right.paths);
  const frame = frameOf(left.stems, right.stems);
  const covers = [cover(left.titleConcepts, right.concepts, weight), cover(right.titleConcepts, left.concepts, weight)];
  return {
    criteria:
      left.criteriaConcepts.size > 0 && right.criteriaConcepts.size > 0
        ? overlap(left.criteriaConcepts, right.criteriaConcepts, weight)
        : overlap(left.concepts, right.concepts, weight),
    evidence: Math.min(1, sum(shared(left.concepts, right.concepts), weight) / 2),
    covered: covers.reduce((sum, part) => sum + part, 0) / covers.length,
    actions: hasOtherAction(left, right) && hasOtherAction(right, left) ? 1 : 0,
    paths: paths ?? 0.5,
    elsewhere: paths !== undefined && paths < 0.35 ? 1 : 0,
    opposed: opposition(left, right, frame),
    rivals: haveRivals(left.titleConcepts, right.titleConcepts) ? 1 : 0,
    numbers: haveOtherNumbers(left.numbers, right.numbers) ? 1 : 0,
    names: hasForeignName(left, right) && hasForeignName(right, left) ? 1 : 0,
    exchanged: hasOwn(left, right) && hasOwn(right, left) ? Math.max(0, frame - 0.4) / 0.6 : 0,
    purpose: hasOtherPurpose(left, right) ? 1 : 0,
  };
}

/** Dice's coefficient of two weighted sets. */
function overlap(left: ReadonlySet<string>, right: ReadonlySet<string>, weight: Weight): number {
  const total = sum(left, weight) + sum(right, weight);
  return total === 0 ? 0 : (2 * sum(shared(left, right), weight)) / total;
}

function cover(needed: ReadonlySet<string>, given: ReadonlySet<string>, weight: Weight): number {
  const total = sum(needed, weight);
  return total === 0 ? 0 : sum(shared(needed, given), weight) / total;
}

function shared(left: ReadonlySet<string>, right: ReadonlySet<string>): readonly string[] {
  return [...left].filter((concept) => right.has(concept));
}

function sum(concepts: Iterable<string>, weight: Weight): number {
  let total = 0;
  for (const concept of concepts) total += weight(concept);
  return total;
}

/** Which part of the longer title stands in the other one in the same order: words of form included. */
function frameOf(left: readonly string[], right: readonly string[]): number {
  let row = new Array<number>(right.length + 1).fill(0);
  for (const word of left) {
    const next = [0];
    for (const [index, other] of right.entries()) {
      next.push(word === other ? (row[index] ?? 0) + 1 : Math.max(next[index] ?? 0, row[index + 1] ?? 0));
    }
    row = next;
  }
  return (row.at(-1) ?? 0) / Math.max(left.length, right.length, 1);
}

/** Whether its title says something the other side never says. */
function hasOwn(own: Profile, other: Profile): boolean {
  return [...own.titleConcepts].some((concept) => !other.concepts.has(concept));
}

function haveRivals(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return RIVALS.some((rivals) => {
    const [some, others] = [shared(left, rivals), shared(right, rivals)];
    return some.length > 0 && others.length > 0 && !some.some((name) => others.includes(name));
  });
}

function haveOtherNumbers(left: Profile['numbers'], right: Profile['numbers']): boolean {
  return [...left].some(([beside, numbers]) => {
    const others = right.get(beside);
    return others !== undefined && ![...numbers].some((number) => others.has(number));
  });
}

function hasForeignName(own: Profile, other: Profile): boolean {
  return [...own.names].some((name) => !other.text.includes(name));
}

const PURPOSES: readonly ReadonlySet<string>[] = [
  new Set(['test', 'coverag', 'benchmark']),
  new Set(['document', 'readme', 'changelog', 'guide', 'translat']),
];

function hasOtherPurpose(left: Profile, right: Profile): boolean {
  return PURPOSES.some((purpose) => {
    const [some, others] = [left, right].map((side) => shared(side.titleConcepts, purpose).length > 0);
    return some !== others && shared((some ? right : left).concepts, purpose).length === 0;
  });
}

const ACTIONS: ReadonlySet<string> = new Set(
  `notify tell announce inform retry resume cancel clear close open sort filter search rename translate measure benchmark
  log record report delete remove expire encrypt rotate pin sign cache compress split merge move lock unlock limit reserve
  print scale undo prefetch preload round export import upload download sample alert generate test document benchmark check`
    .split(/\s+/)
    .map(stemOf)
    .map((stem) => CONCEPTS.get(stem) ?? stem),
);

function hasOtherAction(own: Profile, other: Profile): boolean {
  const [action = ''] = own.titleConcepts;
  return ACTIONS.has(action) && !other.concepts.has(action);
}
