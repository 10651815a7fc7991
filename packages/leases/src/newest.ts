import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BacklogError } from '@backlog-runner/contracts';
import type { LeaseTable } from './lease-table.ts';
import { closes, type Segment, segmentsAmong, tableName, tablesAmong } from './segment.ts';
import { errorCode } from './storage-failed.ts';
import { readOnlyTable, readTable, type TableFile } from './table-file.ts';

/** The table before the first one. It names the first segment and is never removed. */
export const ORIGIN = 'origin.json';

/** The newest table, and where its successor belongs. */
export interface Newest {
  readonly number: number;
  readonly leases: LeaseTable;
  /** The segment of the table with the next number. */
  readonly successor: string;
}

export type Reading =
  | { readonly status: 'read'; readonly newest: Newest }
  /** There is no table yet, not even the origin. */
  | { readonly status: 'empty' }
  /** Other processes changed the directory while it was read: read again. */
  | { readonly status: 'moved' };

/**
 * Reads the newest table. When it answers `read`, that table was the newest at one moment during the call: its
 * successor was missing while the directory the successor belongs to was there (see `commit.ts` for why that is proof).
 * Nothing is read twice: a table stays as it is for ever, so one that was the newest before is where reading begins.
 */
export function readNewest(directory: string, boot: string | undefined, before?: Newest): Reading {
  const newest = before && newestAfter(directory, before);
  return newest ? { status: 'read', newest } : readAnew(directory, boot);
}

/** Undefined when the way from that table to the newest one is gone, or leads to a damaged one. */
function newestAfter(directory: string, before: Newest): Newest | undefined {
  let newest = before;
  while (!isNewest(directory, newest)) {
    const home = join(directory, newest.successor);
    const number = lastTableIn(home, newest.number);
    const table = unlessGone(() => readTable(join(home, tableName(number)), number));
    if (!table) return undefined;
    newest = { number, leases: table.leases, successor: table.next ?? newest.successor };
  }
  return newest;
}

/** The largest number in a segment that has every table from the one after `number` up to it. Looks in ever longer steps. */
function lastTableIn(home: string, number: number): number {
  const has = (table: number) => existsSync(join(home, tableName(table)));
  let [last, step] = [number, 1];
  for (; has(last + step); step *= 2) last += step;
  for (; step > 1; step /= 2) if (has(last + step / 2)) last += step / 2;
  return last;
}

function isNewest(directory: string, { number, successor }: Newest): boolean {
  const home = join(directory, successor);
  return !existsSync(join(home, tableName(number + 1))) && existsSync(home);
}

function readAnew(directory: string, boot: string | undefined): Reading {
  const names = unlessGone(() => readdirSync(directory));
  if (!names?.includes(ORIGIN)) return { status: 'empty' };
  const newest = unlessGone(() => lastTable(directory, segmentsAmong(names), boot));
  return newest && isNewest(directory, newest) ? { status: 'read', newest } : { status: 'moved' };
}

function lastTable(directory: string, segments: readonly Segment[], boot: string | undefined): Newest {
  let torn: { readonly number: number; readonly segment: string } | undefined;
  for (const { number, segment, table } of tablesBackwards(directory, segments)) {
    if (table === undefined) {
      torn ??= { number, segment };
      continue;
    }
    if (torn === undefined) return { number, leases: table.leases, successor: table.next ?? segment };
    if (!wasTornByCrash(table, boot) || closes(torn.number, torn.segment)) break;
    return { number: torn.number, leases: table.leases, successor: torn.segment };
  }
  throw leasesDamaged(directory, `${torn ? tableName(torn.number) : ORIGIN} is damaged`);
}

/** From the newest to the oldest, ending with the origin. A table that cannot be read is undefined. */
function* tablesBackwards(
  directory: string,
  segments: readonly Segment[],
): Generator<{ readonly number: number; readonly segment: string; readonly table: TableFile | undefined }> {
  for (const { name: segment } of segments) {
    for (const number of tablesAmong(readdirSync(join(directory, segment)))) {
      yield { number, segment, table: readTable(join(directory, segment, tableName(number)), number) };
    }
  }
  const origin = readOnlyTable(join(directory, ORIGIN));
  if (origin?.next !== undefined) yield { number: origin.number, segment: origin.next, table: origin };
}

/**
 * A table is complete before it has a name, so one that cannot be read was torn by a crash of the machine, or damaged.
 * It was a crash when the table before it was written in an earlier life of the machine. Then every holder died too,
 * and no fence was handed out under the torn table, because that waits for the disk: the table before it stands, and
 * the torn one's number stays used.
 */
function wasTornByCrash(before: TableFile, boot: string | undefined): boolean {
  return before.boot !== undefined && boot !== undefined && before.boot !== boot;
}

export function leasesDamaged(directory: string, what: string): BacklogError {
  return new BacklogError('LEASES_DAMAGED', `The leases in ${directory} cannot be read: ${what}.`, {
    hint: `Stop every runner of this repository, then delete ${directory}. No work is lost by that.`,
    details: { directory },
  });
}

function unlessGone<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
