/**
 * How a table gets its number.
 *
 * A table is found under the name `<segment>/<n>.json`, as a line of that file (see `sheet.ts`), and is complete before
 * `link(2)` gives the file this name; `link` fails when the name exists, so of all processes that computed table n+1
 * from table n one wins and the others read again. That alone is not enough once old tables are removed: a slow process
 * could link an n+1 that existed and was compacted away, and hand out its fence a second time. Therefore:
 *
 * 1. A table is never removed alone. Its whole segment (a directory of consecutive numbers) is renamed away at once.
 * 2. A segment's name is random and made by the one process that is about to link the last table of the segment
 *    before; that table names it. So there is one way to it, and a name that vanished never comes back.
 * 3. A successor is linked only in the segment that its predecessor lies in or names.
 *
 * While a segment is there, all tables ever linked in it are there, so a `link` that succeeds gave out a number that
 * never existed; once the segment is gone, `link` fails with ENOENT. Either way no number is used twice and the chain
 * never forks. For the same reason a table whose successor is missing, in a directory that is still there, is the newest.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { flushDirectory, flushFile } from './flush.ts';
import type { LeaseTable } from './lease-table.ts';
import { type Newest, ORIGIN } from './newest.ts';
import { closes, segmentName, tableName } from './segment.ts';
import { newSheet, type Sheet } from './sheet.ts';
import { formatTable, type TableFile } from './table-file.ts';

export interface Commit {
  readonly directory: string;
  readonly segment: string;
  readonly number: number;
  readonly leases: LeaseTable;
  readonly boot: string | undefined;
  /** Something random; names the next segment when this table closes one. */
  readonly token: () => string;
  readonly sheet: Sheet;
}

/** Gives the table its number, and says what is the newest now. Undefined when another process was first; then nothing changed. */
export function commit({ directory, segment, number, leases, boot, token, sheet }: Commit): Newest | undefined {
  const next = closes(number, segment) ? segmentName(number + 1, token()) : undefined;
  const table = { number, leases, ...(boot === undefined ? {} : { boot }) };
  const path = join(directory, segment, tableName(number));
  const published =
    next === undefined
      ? sheet.publish(formatTable(table), path)
      : publishWithNext({ directory, path, table: { ...table, next }, next, sheet });
  return published ? { number, leases, successor: next ?? segment } : undefined;
}

export interface Origin extends Pick<Commit, 'directory' | 'boot' | 'token'> {
  readonly floor: number;
}

/** Makes the directory ready for tables numbered above `floor`. Does nothing when it is ready already. */
export function createOrigin({ directory, floor, boot, token }: Origin): void {
  mkdirSync(directory, { recursive: true });
  const next = segmentName(floor + 1, token());
  const table = { number: floor, leases: [], ...(boot === undefined ? {} : { boot }), next };
  const sheet = newSheet(token);
  try {
    sheet.ready(directory);
    publishWithNext({ directory, path: join(directory, ORIGIN), table, next, sheet });
  } finally {
    sheet.discard();
  }
}

interface Opening {
  readonly directory: string;
  readonly path: string;
  readonly table: TableFile;
  readonly next: string;
  readonly sheet: Sheet;
}

/** The only way to the next segment must outlive a crash of the machine from the moment it can be seen. */
function publishWithNext({ directory, path, table, next, sheet }: Opening): boolean {
  const home = join(directory, next);
  let published = false;
  try {
    mkdirSync(home);
    published = sheet.publish(formatTable(table), path, (file) => {
      flushFile(file);
      flushDirectory(directory);
    });
  } finally {
    if (!published) rmSync(home, { recursive: true, force: true });
  }
  return published;
}
