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

/** Undefined when the file is not a whole table. Throws when there is no such file or it cannot be read. */
export function readTable(path: string): TableFile | undefined {
  return parse(readFileSync(path, 'utf8'));
}

export function formatTable(table: TableFile): string {
  return `${JSON.stringify(table)}\n`;
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
