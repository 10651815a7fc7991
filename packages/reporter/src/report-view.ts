import type {
  AgentRole,
  BlockReason,
  CommitId,
  EpochMs,
  Fence,
  HolderId,
  Priority,
  RepoPath,
  ResourceKey,
  RunId,
  SpecProblem,
  TaskId,
} from '@backlog-runner/contracts';
import type { Phrase } from './phrase.ts';

export const SECTIONS = [
  'needsPerson',
  'running',
  'ready',
  'waiting',
  'failed',
  'planned',
  'landed',
  'superseded',
  'broken',
] as const;
export type Section = (typeof SECTIONS)[number];

/** Everything a report shows, in the order in which it shows it. Plain data. */
export interface ReportView {
  readonly now: EpochMs;
  /** How many there are of each, also where a section holds only the first. */
  readonly counts: Readonly<Record<Section, number>>;
  readonly needsPerson: readonly WaitingTask[];
  readonly running: readonly RunningTask[];
  readonly ready: readonly ReadyTask[];
  readonly waiting: readonly WaitingTask[];
  readonly failed: readonly FailedTask[];
  readonly planned: readonly TaskLine[];
  /** Newest first; of those without a known time the last changed first. */
  readonly landed: readonly LandedTask[];
  readonly superseded: readonly TaskLine[];
  readonly broken: readonly SpecProblem[];
  readonly providers: readonly ProviderLine[];
  /** The runners that live. */
  readonly runs: readonly RunLine[];
  readonly leases: readonly LeaseLine[];
}

export interface TaskLine {
  readonly id: TaskId;
  readonly title: string;
  readonly path: RepoPath;
  readonly priority: Priority;
}

/** What a task went through since it last landed or failed. */
export interface Tries {
  readonly triesUsed: number;
  /** How the last attempt ended. */
  readonly lastResult?: Phrase;
}

export interface ReadyTask extends TaskLine, Tries {}

export interface WaitingTask extends TaskLine, Tries {
  /** At least one. */
  readonly reasons: readonly WaitReason[];
}

export interface WaitReason {
  readonly facts: BlockReason | { readonly kind: 'deferred'; readonly until: EpochMs; readonly reason: string };
  readonly phrase: Phrase;
}

export interface RunningTask extends TaskLine {
  readonly fence: Fence;
  readonly holder: HolderId;
  readonly since: EpochMs;
  /** Absent until the attempt has begun. */
  readonly attempt?: {
    readonly provider: string;
    readonly model?: string;
    readonly role: AgentRole;
    readonly tryNumber: number;
    readonly workspace?: string;
    readonly lastEvent: { readonly at: EpochMs; readonly text: string };
  };
}

export interface FailedTask extends TaskLine {
  readonly reason?: string;
}

export interface LandedTask extends TaskLine {
  /** Absent when this machine's journal does not know, for instance in another clone. */
  readonly landing?: { readonly commit: CommitId; readonly branch: string; readonly at: EpochMs };
}

/** A provider that nothing is started with now. */
export interface ProviderLine {
  readonly id: string;
  readonly state: 'paused' | 'stopped';
  readonly until?: EpochMs;
  readonly phrase: Phrase;
}

export interface RunLine {
  readonly run: RunId;
  readonly since: EpochMs;
  readonly host: string;
  readonly workers: number;
  readonly branch: string;
  readonly stopRequestedAt?: EpochMs;
}

export interface LeaseLine {
  readonly fence: Fence;
  readonly holder: HolderId;
  readonly resources: readonly ResourceKey[];
  readonly grantedAt: EpochMs;
  readonly expiresAt: EpochMs;
}
