import { join } from 'node:path';
import {
  BacklogError,
  type Fence,
  type LeaseManager,
  system as realSystem,
  type System,
} from '@backlog-runner/contracts';
import { commit, createOrigin } from './commit.ts';
import { contend, type Round } from './contend.ts';
import { type HostRecord, ownHostRecord, processIsAlive } from './host-record.ts';
import { expire, grant, type HeldLease, type LeaseTable, leaseOf, release, renew } from './lease-table.ts';
import { leasesDamaged, type Newest, readNewest } from './newest.ts';
import { opens } from './segment.ts';
import { settle } from './settle.ts';
import { newSheet } from './sheet.ts';
import { storageFailed } from './storage-failed.ts';

export interface FileLeasesOptions {
  /** Where the tables are, on a local file system with hard links. Made by the first grant. */
  readonly directory: string;
  readonly system?: System;
  /**
   * The largest fence that may have been granted before the directory was made; asked for when it is made. Whoever
   * records fences elsewhere gives it, so that deleting the directory makes no fence small again. Default 0.
   */
  readonly floor?: () => Promise<number>;
  /**
   * Whether the process that took a lease lives; false must be proof. Default: asks the system where it can tell, which
   * is Linux. A lease whose holder is not known to be dead lasts until its end.
   */
  readonly holderIsAlive?: (record: HostRecord) => boolean | undefined;
}

/** What is made of the newest table. Without a new one nothing is written. */
interface Decision<Value> {
  readonly value: Value;
  readonly table?: LeaseTable;
  /** The value may be used only when the new table outlives a crash of the machine. */
  readonly durable?: boolean;
}

type Decide<Value> = (leases: LeaseTable, fence: Fence) => Decision<Value>;

/**
 * Leases between the processes of one machine, as files, without a server and without a lock that could go stale.
 *
 * Ends are judged by the wall clock. A clock that jumps back only makes leases last longer. One that jumps forward ends
 * them early, and until its next renewal, a third of the time to live at most, a holder may not know. That is the
 * dangerous direction, and why effects are guarded by the fence, never by the lease alone.
 */
export function fileLeases(options: FileLeasesOptions): LeaseManager {
  const { directory, system = realSystem, floor = async () => 0 } = options;
  const own = ownHostRecord();
  const { holderIsAlive = (record: HostRecord) => processIsAlive(record, own) } = options;
  const isDead = ({ host }: HeldLease) => host !== undefined && holderIsAlive(host) === false;
  const token = () => system.token(10);
  const place = { directory, boot: own?.boot, token };
  const sheet = newSheet(token);
  let known: Newest | undefined;

  const writeNext = async <Value>(
    { number, successor: segment }: Newest,
    { value, table, durable }: Decision<Value>,
  ): Promise<Round<Value>> => {
    if (!table) return { value };
    if (!sheet.ready(join(directory, segment))) return 'again';
    const next = { ...place, segment, number: number + 1 };
    const committed = commit({ ...next, leases: table, sheet });
    if (!committed) return 'lost';
    known = committed;
    if (durable || opens(next.number, segment)) await settle(next);
    return { value };
  };

  const play = async <Value>(decide: Decide<Value>): Promise<Round<Value>> => {
    const reading = readNewest(directory, own?.boot, known);
    known = reading.status === 'read' ? reading.newest : undefined;
    switch (reading.status) {
      case 'moved':
        return 'lost';
      // Between the reading and the commit nothing waits, so calls of one process never compete with each other.
      case 'read': {
        const { newest } = reading;
        return writeNext(newest, decide(newest.leases, (newest.number + 1) as Fence));
      }
      case 'empty': {
        const { table, value } = decide([], 1 as Fence);
        if (!table) return { value };
        createOrigin({ ...place, floor: await floor() });
        return 'again';
      }
    }
  };

  const change = async <Value>(decide: Decide<Value>): Promise<Value> => {
    try {
      const end = await contend(system, () => play(decide));
      if (end) return end.value;
    } catch (error) {
      throw storageFailed(directory, error);
    } finally {
      sheet.discard();
    }
    throw leasesDamaged(directory, 'no table can be added');
  };

  return {
    acquire: (request) =>
      change((leases, fence) => {
        const granted = grant(leases, request, { fence, now: system.now(), host: own }, isDead);
        return granted ? { value: granted.lease, table: granted.table, durable: true } : { value: undefined };
      }),
    async renew({ fence }, ttlMs) {
      const lease = await change((leases) => {
        const renewed = renew(leases, fence, ttlMs, system.now());
        return renewed ? { value: renewed.lease, table: renewed.table } : { value: undefined };
      });
      if (!lease) {
        throw new BacklogError('LEASE_LOST', `The lease with fence ${fence} is over.`, { details: { fence } });
      }
      return lease;
    },
    release: ({ fence }) =>
      change((leases) => {
        const table = release(leases, fence, system.now());
        return table ? { value: undefined, table } : { value: undefined };
      }),
    list: () =>
      change((leases) => {
        const live = expire(leases, system.now()).filter((lease) => !isDead(lease));
        return { value: live.map(leaseOf) };
      }),
  };
}
