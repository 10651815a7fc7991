import { crypto } from './crypto.ts';
import type { Revision, TaskId } from './ids.ts';
import type { RepoPath } from './repo-path.ts';

/** What is stored. `planned` is vague and waits for the planner; `ready` may run; the others are ends. */
export const TASK_STATES = ['planned', 'ready', 'done', 'failed', 'superseded'] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** In the order in which they run. */
export const PRIORITIES = ['high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** An `implementation` changes the repository; `research` only proposes candidates. */
export const TASK_KINDS = ['implementation', 'research'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

/** Which kind of agent suits the work. */
export const EXECUTION_DOMAINS = ['ui_ux', 'code_logic'] as const;
export type ExecutionDomain = (typeof EXECUTION_DOMAINS)[number];

export const SOURCE_TYPES = ['manual', 'pass', 'task-followup', 'planner-pass'] as const;
/** Where a task came from. */
export interface TaskSource {
  readonly type: (typeof SOURCE_TYPES)[number];
  /** The pass that proposed it, when `type` is `pass`. */
  readonly passId?: string;
}

/** What a task says, whoever wrote it and before it has an id. A proposed one that has not been admitted is a candidate. */
export interface Candidate {
  readonly title: string;
  readonly priority: Priority;
  readonly kind: TaskKind;
  readonly executionDomain?: ExecutionDomain;
  readonly dependsOn: readonly TaskId[];
  /** The paths the work may change. Two tasks whose paths overlap never run at the same time. */
  readonly touchPaths: readonly RepoPath[];
  /** Names of things only one task may use at a time, such as `database`. */
  readonly capabilities: readonly string[];
  /** Overrides the routing by touch paths. `repo` is the default command. */
  readonly validationProfile?: string;
  readonly acceptanceCriteria: readonly string[];
  readonly description?: string;
  readonly source: TaskSource;
}

/** A unit of work with acceptance criteria, stored as one YAML spec. */
export interface Task extends Candidate {
  readonly id: TaskId;
  readonly state: TaskState;
  /** What took its place, when it is `superseded`: whatever depends on it waits for all of these. */
  readonly supersededBy?: readonly TaskId[];
  /** What happened to it, oldest first, for people. */
  readonly statusNotes: readonly string[];
  /** ISO 8601, when the file says so. */
  readonly createdAt?: string;
  readonly updatedAt?: string;
  /** The file that holds it. */
  readonly path: RepoPath;
  readonly revision: Revision;
}

/** What decides where a task stands and what one line about it tells: a task without its long texts. */
export type TaskOutline = Pick<
  Task,
  | 'id'
  | 'title'
  | 'state'
  | 'priority'
  | 'dependsOn'
  | 'supersededBy'
  | 'touchPaths'
  | 'capabilities'
  | 'statusNotes'
  | 'createdAt'
  | 'updatedAt'
  | 'path'
>;

/** A change of a task. Notes are added; of more than a task may have, the oldest give way, and the end of one too long. */
export interface TaskPatch {
  readonly state?: TaskState;
  readonly supersededBy?: readonly TaskId[];
  readonly addNotes?: readonly string[];
}

/** The order in which runnable tasks start: priority, then age, then id, so that every runner agrees. */
export function compareTasks(left: TaskOutline, right: TaskOutline): number {
  return (
    RANKS[left.priority] - RANKS[right.priority] ||
    compareText(left.createdAt ?? '', right.createdAt ?? '') ||
    compareText(left.id, right.id)
  );
}

const RANKS: Readonly<Record<Priority, number>> = { high: 0, normal: 1, low: 2 };

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/**
 * What a task asks for, as a short digest: two readings of a task with one question ask for the same work. State, notes
 * and times do not count: changing them does not make an attempt's work the answer to another question.
 */
export function questionOf(task: Task): string {
  const parts = [
    task.title,
    task.kind,
    task.description ?? '',
    task.acceptanceCriteria,
    task.touchPaths,
    task.validationProfile ?? '',
    task.dependsOn,
  ];
  return crypto().createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
