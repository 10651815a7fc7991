/** What a config can hold and a source can show: plain data. */
export type ConfigValue =
  | null
  | boolean
  | number
  | string
  | readonly ConfigValue[]
  | { readonly [key: string]: ConfigValue };

/** One change of a config. A path leads from the config down, as in `['discovery', 'passes', 'todo', 'enabled']`. */
export type ConfigEdit =
  /** Afterwards the value is exactly this. Missing parents are made. */
  | { readonly do: 'set'; readonly path: readonly string[]; readonly value: ConfigValue }
  /** Afterwards the key is not there. */
  | { readonly do: 'remove'; readonly path: readonly string[] };

export type EditedConfig =
  /** The same source when it says so already. */
  | { readonly status: 'edited'; readonly source: string }
  /** The source is too clever to be edited. `reason` says where and why, `paste` is what belongs there; empty for a removal. */
  | { readonly status: 'by-hand'; readonly reason: string; readonly paste: string };

/** Why a source cannot be edited, and where. */
export interface Obstacle {
  readonly obstacle: string;
  /** An offset in the source. */
  readonly at: number;
}

/** A piece of the source and what replaces it. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function isObstacle(value: object): value is Obstacle {
  return 'obstacle' in value;
}

/** The source with all splices done; those at one place in the order they are given. */
export function spliced(source: string, splices: readonly Splice[]): string {
  let result = '';
  let done = 0;
  for (const { start, end, text } of [...splices].sort((left, right) => left.start - right.start)) {
    result += source.slice(done, start) + text;
    done = end;
  }
  return result + source.slice(done);
}
