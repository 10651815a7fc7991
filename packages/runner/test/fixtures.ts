import {
  type CommitId,
  type EpochMs,
  type Fence,
  foldHistory,
  type HolderId,
  type JournalEntry,
  type Lease,
  type ResourceKey,
  type RunId,
  type Task,
} from '@backlog-runner/contracts';
import type { RunnerPolicy } from '../src/policy.ts';
import type { Snapshot } from '../src/snapshot.ts';

export const NOW = 1_000_000 as EpochMs;
export const RUN = 'run-a' as RunId;

export function policyFixture(overrides: Partial<RunnerPolicy> = {}): RunnerPolicy {
  return {
    workers: 2,
    maxTries: 3,
    maxReturns: 2,
    backoff: { firstMs: 30_000, maxMs: 600_000 },
    providerBackoff: { firstMs: 60_000, maxMs: 1_800_000 },
    leaseTtlMs: 30_000,
    limits: { idleMs: 600_000, totalMs: 3_600_000, toolMs: 600_000 },
    agents: { ui: { provider: 'claude', model: 'opus' }, code: { provider: 'codex' } },
    uiPathPrefixes: ['apps/web/'],
    once: true,
    ...overrides,
  };
}

export interface SnapshotFacts {
  readonly tasks?: readonly Task[];
  readonly entries?: readonly Partial<JournalEntry>[];
  readonly leases?: readonly Lease[];
  readonly working?: readonly string[];
  readonly looking?: readonly string[];
  readonly head?: string;
  readonly resting?: Readonly<Record<string, number>>;
}

export function snapshotFixture({
  tasks = [],
  entries = [],
  leases = [],
  working = [],
  looking = [],
  head = 'c1',
  resting = {},
}: SnapshotFacts): Snapshot {
  const journal = entries.map((entry, seq) => ({ at: NOW, run: RUN, seq, ...entry }) as JournalEntry);
  return {
    run: RUN,
    now: NOW,
    backlog: { tasks, problems: [] },
    history: foldHistory(journal),
    leases,
    working: new Set(working) as unknown as Snapshot['working'],
    looking: new Set(looking),
    restingUntil: new Map(Object.entries(resting)) as unknown as Snapshot['restingUntil'],
    head: head as CommitId,
  };
}

export function leaseFixture(...resources: string[]): Lease {
  return {
    fence: 7 as Fence,
    resources: resources as ResourceKey[],
    holder: 'run-b' as HolderId,
    grantedAt: NOW,
    expiresAt: (NOW + 30_000) as EpochMs,
  };
}

/** What the journal says of an attempt that began. */
export function startedEntry(task: string, fence = 1): Partial<JournalEntry> {
  return {
    type: 'attempt.started',
    attempt: `${task}.${fence}`,
    task,
    fence,
    tryNumber: 1,
    role: 'code',
    provider: 'codex',
    base: 'base',
    question: 'none',
  } as unknown as Partial<JournalEntry>;
}

export function endedEntry(task: string, result: object, counts: boolean, fence = 1): Partial<JournalEntry> {
  return {
    type: 'attempt.ended',
    attempt: `${task}.${fence}`,
    task,
    result,
    counts,
  } as unknown as Partial<JournalEntry>;
}
