/** Chances that a seed decides. */
export interface Chance {
  /** Evenly distributed in [0, 1). */
  next(): number;
  /** Whether something of this likelihood happens. */
  happens(likelihood: number): boolean;
  /** From 0 to below `count`. */
  below(count: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** Undefined of nothing. */
  pickOf<Item>(items: readonly Item[]): Item | undefined;
  shuffled<Item>(items: readonly Item[]): readonly Item[];
}

export function chanceOf(next: () => number): Chance {
  const below = (count: number) => Math.floor(next() * count);
  const pickOf = <Item>(items: readonly Item[]) => items[below(items.length)];
  return {
    next,
    happens: (likelihood) => next() < likelihood,
    below,
    pickOf,
    pick(items) {
      const item = pickOf(items);
      if (item === undefined) throw new Error('There is nothing to choose from.');
      return item;
    },
    shuffled(items) {
      const rest = [...items];
      return items.flatMap(() => rest.splice(below(rest.length), 1));
    },
  };
}
