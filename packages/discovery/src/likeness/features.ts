import {
  hasForeignName,
  hasOtherAction,
  hasOtherPurpose,
  hasOwn,
  haveOtherNumbers,
  haveRivals,
  isWider,
  removesMore,
} from './contradictions.ts';
import { opposition } from './directions.ts';
import { frameOf } from './frame.ts';
import { pathLikeness } from './path-likeness.ts';
import type { Profile } from './profile.ts';
import { cover, shared, sum, type Weight } from './weighted-sets.ts';

/** What is compared of two ideas. Each is between 0 and 1. */
export interface Features {
  /** How much is said by both, wherever: concepts by their rarity, up to what leaves no doubt. */
  readonly evidence: number;
  /** How much of the criteria of each is said anywhere by the other side, on average; half when there are none. */
  readonly fulfilled: number;
  /** Each title names an action that the other side never mentions. */
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
  /** One is about all of something, which the other never says. */
  readonly wider: number;
  /** One takes something away, which the other never says. */
  readonly removes: number;
  /** One is about tests, documents or measuring, the other is not. */
  readonly purpose: number;
}

/** What is in the paths of both is where they work, not what they do there. */
const SUBJECT = 0.4;

/** Words that stand side by side in both are more like one word than two. */
const SECOND = 0.6;
/** So much shared rarity leaves no doubt. */
const NO_DOUBT = 2;

export function featuresOf(left: Profile, right: Profile, rarity: Weight): Features {
  const isSubject = (concept: string) => left.pathConcepts.has(concept) && right.pathConcepts.has(concept);
  const weight: Weight = (concept) => rarity(concept) * (isSubject(concept) ? SUBJECT : 1);
  const paths = pathLikeness(left.paths, right.paths);
  const frame = frameOf(left.stems, right.stems);
  const seconds = new Set(shared(left.pairs, right.pairs).map((pair) => pair.slice(pair.indexOf(' ') + 1)));
  const counted: Weight = (concept) => weight(concept) * (seconds.has(concept) ? SECOND : 1);
  return {
    evidence: Math.min(1, sum(shared(left.concepts, right.concepts), counted) / NO_DOUBT),
    fulfilled: bothWays(left, right, (own, other) => cover(own.criteriaConcepts, other.concepts, weight, 0.5)),
    actions: hasOtherAction(left, right) && hasOtherAction(right, left) ? 1 : 0,
    paths: paths ?? 0.5,
    elsewhere: paths !== undefined && paths < 0.35 ? 1 : 0,
    opposed: opposition(left, right, frame),
    rivals: haveRivals(left.titleConcepts, right.titleConcepts) ? 1 : 0,
    numbers: haveOtherNumbers(left.numbers, right.numbers) ? 1 : 0,
    names: hasForeignName(left, right) && hasForeignName(right, left) ? 1 : 0,
    exchanged: hasOwn(left, right) && hasOwn(right, left) ? Math.max(0, frame - 0.4) / 0.6 : 0,
    wider: isWider(left, right) || isWider(right, left) ? 1 : 0,
    removes: removesMore(left, right) || removesMore(right, left) ? 1 : 0,
    purpose: hasOtherPurpose(left, right) ? 1 : 0,
  };
}

function bothWays(left: Profile, right: Profile, rate: (own: Profile, other: Profile) => number): number {
  return (rate(left, right) + rate(right, left)) / 2;
}
