import { readFileSync } from 'node:fs';
import type { HostRecord } from './host-record.ts';
import type { HeldLease, LeaseTable } from './lease-table.ts';
import { parseSegment } from './segment.ts';

/** What one table file says. */
export interface TableFile {
  readonly number: number;
  readonly leases: LeaseTable;
  /** The directory of the table that follows, when that is not the directory of this one. */
  readonly next?: string;
  /** Which start of the machine it was written in, where the system tells. */
  readonly boot?: string;
}

/** The only table of a file. Undefined when it is not whole. Throws when there is no such file or it cannot be read. */
export function readOnlyTable(path: string): TableFile | undefined {
  return parse(readFileSync(path, 'utf8'));
}

/** One table of a sheet. Undefined when its line is not there or not whole. Throws likewise. */
export function readTable(path: string, number: number): TableFile | undefined {
  const sheet = `\n${readFileSync(path, 'utf8')}`;
  const start = sheet.lastIndexOf(`\n{"number":${number},`) + 1;
  return start > 0 ? parse(sheet.slice(start, sheet.indexOf('\n', start) + 1)) : undefined;
}

/** One line, by whose beginning {@link readTable} knows it. */
export function formatTable({ number, ...rest }: TableFile): string {
  return `${JSON.stringify({ number, ...rest })}\n`;
}

function parse(text: string): TableFile | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const { number, leases, next, boot } = value;
  if (!isCount(number) || !Array.isArray(leases) || !leases.every(isHeldLease)) return undefined;
  if (next !== undefined && (typeof next !== 'string' || !parseSegment(next))) return undefined;
  if (boot !== undefined && typeof boot !== 'string') return undefined;
  return { number, leases, ...(next === undefined ? {} : { next }), ...(boot === undefined ? {} : { boot }) };
}

function isHeldLease(value: unknown): value is HeldLease {
  return (
    isRecord(value) &&
    isCount(value.fence) &&
    Array.isArray(value.resources) &&
    value.resources.every((key) => typeof key === 'string') &&
    typeof value.holder === 'string' &&
    typeof value.grantedAt === 'number' &&
    typeof value.expiresAt === 'number' &&
    (value.host === undefined || isHostRecord(value.host))
  );
}

function isHostRecord(value: unknown): value is HostRecord {
  return (
    isRecord(value) &&
    isCount(value.pid) &&
    ['host', 'boot', 'pidNamespace', 'startedAt'].every((key) => typeof value[key] === 'string')
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
