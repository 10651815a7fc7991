import type {
  AgentRole,
  BlockReason,
  CommitId,
  EpochMs,
  Fence,
  HolderId,
  InquiryId,
  OpenInquiry,
  Priority,
  RepoPath,
  ResourceKey,
  RunId,
  SpecProblem,
  TaskId,
} from '@backlog-runner/contracts';
import type { Phrase } from './phrase.ts';

const SECTIONS = [
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
  /** What planner and passes are looking at now. */
  readonly looks: readonly LookLine[];
  readonly ready: readonly ReadyTask[];
  readonly waiting: readonly WaitingTask[];
  readonly failed: readonly FailedTask[];
  readonly planned: readonly PlannedTask[];
  /** Newest first; of those without a known time the last changed first. */
  readonly landed: readonly LandedTask[];
  readonly superseded: readonly TaskLine[];
  readonly broken: readonly SpecProblem[];
  readonly providers: readonly ProviderLine[];
  /** Every pass that was ever heard of. */
  readonly passes: readonly PassLine[];
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

/** A look at the repository that goes on. */
export interface LookLine {
  readonly inquiry: InquiryId;
  readonly about: OpenInquiry['about'];
  readonly holder: HolderId;
  readonly since: EpochMs;
  /** Absent: it asks no agent. */
  readonly provider?: string;
  readonly model?: string;
  readonly lastEvent: { readonly at: EpochMs; readonly text: string };
}

/** What a pass has come to. */
export interface PassLine {
  readonly id: string;
  readonly turns: number;
  readonly admitted: number;
  readonly rejected: number;
  /** The share of its newest candidates that were admitted. Absent: it has proposed none. */
  readonly acceptanceRate?: number;
  readonly endedAt?: EpochMs;
  /** How its last turn ended. */
  readonly lastOutcome?: Phrase;
}

export interface PlannedTask extends TaskLine {
  /** Why it is still vague, when the planner has looked. */
  readonly reason?: Phrase;
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
