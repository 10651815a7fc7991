import { conceptOf } from './concepts.ts';
import { actions, purposes, rivals } from './contrasts.ts';
import type { Profile } from './profile.ts';
import { shared } from './weighted-sets.ts';

/** Whether its title says something the other side never says. */
export function hasOwn(own: Profile, other: Profile): boolean {
  return [...own.titleConcepts].some((concept) => !other.concepts.has(concept));
}

/** Whether each names another one of several rivals. */
export function haveRivals(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return rivals().some((names) => {
    const [some, others] = [shared(left, names), shared(right, names)];
    return some.length > 0 && others.length > 0 && !some.some((name) => others.includes(name));
  });
}

/** Whether both count the same thing, differently. */
export function haveOtherNumbers(left: Profile['numbers'], right: Profile['numbers']): boolean {
  return [...left].some(([beside, numbers]) => {
    const others = right.get(beside);
    return others !== undefined && ![...numbers].some((number) => others.has(number));
  });
}

/** Whether its title has a name that the other side never mentions. */
export function hasForeignName(own: Profile, other: Profile): boolean {
  return [...own.names].some((name) => !other.text.includes(name));
}

/** Whether one is about tests or documents, and neither the words nor the paths of the other speak of them. */
export function hasOtherPurpose(left: Profile, right: Profile): boolean {
  return purposes().some((purpose) => {
    const [some, others] = [left, right].map((side) => shared(side.titleConcepts, purpose).length > 0);
    const silent = some ? right : left;
    return some !== others && ![...purpose].some((word) => silent.concepts.has(word) || silent.pathConcepts.has(word));
  });
}

/** Whether its title names an action that the other side never mentions. */
export function hasOtherAction(own: Profile, other: Profile): boolean {
  return shared(own.titleConcepts, actions()).some((action) => !other.concepts.has(action));
}

const ALL = /\b(whole|entire|everywhere|all)\b/i;

/** Whether its title is about all of something, and the other side never says so. */
export function isWider(own: Profile, other: Profile): boolean {
  return ALL.test(own.title) && !ALL.test(other.text);
}

/** Whether its title takes something away, and the other side never says so. */
export function removesMore(own: Profile, other: Profile): boolean {
  const remove = conceptOf('remove');
  return own.titleConcepts.has(remove) && !other.concepts.has(remove);
}
