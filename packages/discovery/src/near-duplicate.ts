import { certainty } from './likeness/certainty.ts';
import { common } from './likeness/concepts.ts';
import { type Features, featuresOf } from './likeness/features.ts';
import { conceptsIn, type Idea, type Profile, profileOf } from './likeness/profile.ts';
import { reader } from './likeness/terms.ts';
import type { Weight } from './likeness/weighted-sets.ts';

/** From here on two ideas count as one. */
const SURE = 0.5;
/** So many of the known ideas that have most in common are looked at closely. */
const CLOSE_LOOKS = 40;
/** What is in more than this share of the backlog finds nothing. */
const TOO_COMMON = 0.05;
/** A small backlog says little about which words are common; this many tasks are assumed beside it. */
const ASSUMED = 200;

export interface Comparison {
  /** How sure it is that both are one, from 0 to 1. From 0.5 on they count as one. */
  readonly certainty: number;
  /** Why: what was compared. */
  readonly features: Features;
}

export interface NearDuplicate extends Comparison {
  /** Which of the known ideas, in the order in which they were given and added. */
  readonly index: number;
}

export interface KnownIdeas {
  /** The known idea that says the same in other words, if any. */
  find(idea: Idea): NearDuplicate | undefined;
  /** Compares any two ideas, by what is rare among the known ones. */
  compare(left: Idea, right: Idea): Comparison;
  add(idea: Idea): void;
}

/**
 * Recognises ideas that are known already although they are worded differently. Uses nothing but the words, paths and
 * criteria; what is rare among the known ideas counts most.
 */
export function knownIdeas(ideas: readonly Idea[]): KnownIdeas {
  const read = reader();
  const known: Idea[] = [];
  const holders = new Map<string, number[]>();

  const add = (idea: Idea) => {
    for (const concept of conceptsIn(idea, read)) {
      const list = holders.get(concept);
      if (list) list.push(known.length);
      else holders.set(concept, [known.length]);
    }
    known.push(idea);
  };
  for (const idea of ideas) add(idea);

  const rarity: Weight = (concept) => {
    const all = known.length + ASSUMED;
    const holding = (holders.get(concept)?.length ?? 0) + (common().has(concept) ? ASSUMED / 10 : 0);
    return Math.log(1 + all / (holding + 1)) / Math.log(1 + all);
  };

  const mostInCommon = ({ concepts }: Profile): readonly number[] => {
    const most = Math.max(CLOSE_LOOKS, known.length * TOO_COMMON);
    const scores = new Map<number, number>();
    for (const concept of concepts) {
      const list = holders.get(concept) ?? [];
      if (list.length > most) continue;
      const weight = rarity(concept);
      for (const index of list) scores.set(index, (scores.get(index) ?? 0) + weight);
    }
    const best = [...scores].sort(([a, left], [b, right]) => right - left || a - b);
    return best.slice(0, CLOSE_LOOKS).map(([index]) => index);
  };

  const compareProfiles = (left: Profile, right: Profile): Comparison => {
    const features = featuresOf(left, right, rarity);
    return { certainty: certainty(features), features };
  };

  return {
    add,
    compare: (left, right) => compareProfiles(profileOf(left, read), profileOf(right, read)),
    find(idea) {
      const profile = profileOf(idea, read);
      const looks = mostInCommon(profile).flatMap((index) => {
        const other = known[index];
        return other ? [{ index, ...compareProfiles(profile, profileOf(other, read)) }] : [];
      });
      const [best] = looks.sort((left, right) => right.certainty - left.certainty || left.index - right.index);
      return best && best.certainty >= SURE ? best : undefined;
    },
  };
}
