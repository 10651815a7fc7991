import type { EpochMs, TaskId } from './ids.ts';
import type { RepoPath } from './repo-path.ts';
import type { Candidate, Task } from './task.ts';

/** A candidate that was refused lately. The same idea is not looked at again. */
export interface RejectedCandidate {
  readonly title: string;
  readonly reason: string;
  readonly at: EpochMs;
  readonly touchPaths?: readonly RepoPath[];
  readonly acceptanceCriteria?: readonly string[];
}

/** What an admission is decided from. */
export interface AdmissionFacts {
  /** The whole backlog, done tasks included. */
  readonly tasks: readonly Task[];
  readonly rejected: readonly RejectedCandidate[];
  /** The pass that proposes; absent for follow-ups and for the inbox. */
  readonly pass?: string;
  /** How many candidates of the same origin were admitted in the last 24 hours. */
  readonly admittedToday: number;
  /** Absent: no cap. */
  readonly capPerDay?: number;
  /** Whether the project has this path now. */
  readonly pathExists: (path: RepoPath) => boolean;
}

export type Verdict = { readonly status: 'admitted'; readonly candidate: Candidate } | Refusal;

export interface Refusal {
  readonly status: 'rejected';
  readonly candidate: Candidate;
  /** One sentence, for people and for the next look of a pass. */
  readonly reason: string;
  /** The task that says the same already. */
  readonly duplicateOf?: TaskId;
  /** Nothing is wrong with it but that there are too many: another day it is looked at again. */
  readonly mayComeAgain?: true;
}

/** Decides which candidates become tasks. Pure: same candidates and facts, same verdicts. */
export interface Admission {
  /** One verdict for each candidate, in their order. An earlier candidate counts as known for a later one. */
  admit(candidates: readonly Candidate[], facts: AdmissionFacts): readonly Verdict[];
}
