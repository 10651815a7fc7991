/** How many tables share a directory. Small enough to list at no cost, large enough that a new one is rare. */
const TABLES_PER_SEGMENT = 128;

/** A directory of consecutive tables: `<number of its first>-<random>`. */
export interface Segment {
  readonly name: string;
  readonly start: number;
}

const SEGMENT = /^(\d{1,16})-[A-Za-z0-9]+$/;
const TABLE = /^(\d{1,16})\.json$/;

export function parseSegment(name: string): Segment | undefined {
  const start = SEGMENT.exec(name)?.[1];
  return start === undefined ? undefined : { name, start: Number(start) };
}

/** The segments among the names of a directory, newest first. */
export function segmentsAmong(names: readonly string[]): readonly Segment[] {
  return names.flatMap((name) => parseSegment(name) ?? []).sort((left, right) => right.start - left.start);
}

export function segmentName(start: number, token: string): string {
  return `${start}-${token}`;
}

export function tableName(number: number): string {
  return `${number}.json`;
}

/** The numbers of the tables among the names of a segment, largest first. */
export function tablesAmong(names: readonly string[]): readonly number[] {
  return names
    .flatMap((name) => TABLE.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((left, right) => right - left);
}

/** Whether a table is the last one of its segment. */
export function closes(number: number, segment: string): boolean {
  const start = parseSegment(segment)?.start ?? number;
  return number - start + 1 >= TABLES_PER_SEGMENT;
}

/** Whether a table is the first one of its segment. */
export function opens(number: number, segment: string): boolean {
  return parseSegment(segment)?.start === number;
}

/** The segments no reader and no writer needs any more: all older than the newest one that holds tables but one. */
export function outlived(segments: readonly Segment[], newest: number): readonly Segment[] {
  const previous = Math.max(0, ...segments.map(({ start }) => start).filter((start) => start < newest));
  return segments.filter(({ start }) => start < previous);
}
