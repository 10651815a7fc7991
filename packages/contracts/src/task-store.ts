import type { Refusal, Verdict } from './admission.ts';
import type { Fence, Revision, TaskId } from './ids.ts';
import type { RepoPath } from './repo-path.ts';
import type { Cancel } from './system.ts';
import type { Candidate, Task, TaskOutline, TaskPatch, TaskSource } from './task.ts';

/** A file of the backlog that is not a task, and why. The rest of the backlog is not affected by it. */
export interface SpecProblem {
  readonly path: RepoPath;
  /** 1-based, when the cause has a place. */
  readonly line?: number;
  readonly column?: number;
  /** One sentence: what is wrong and what would be right. */
  readonly message: string;
}

export interface Backlog {
  /** In order of path. No two share an id: of two files with one id both are problems, neither is a task. */
  readonly tasks: readonly Task[];
  readonly problems: readonly SpecProblem[];
}

/** A backlog of which only the outlines of tasks are known. Every backlog is one. */
export interface BacklogOutline {
  readonly tasks: readonly TaskOutline[];
  readonly problems: readonly SpecProblem[];
}

export type AddResult =
  | { readonly status: 'added'; readonly task: Task }
  | { readonly status: 'duplicate'; readonly of: TaskId; readonly title: string }
  /** The candidate breaks a rule, for instance a path outside the project. */
  | { readonly status: 'invalid'; readonly message: string };

/** The whole content a file of the backlog should have. */
export interface TaskFile {
  readonly path: RepoPath;
  readonly content: string;
  /** What the content was made from: where people may edit the file, nothing else may give way to it. */
  readonly replaces?: string;
}

/** A candidate as the file of a task. */
export type RenderedTask =
  | { readonly status: 'rendered'; readonly file: TaskFile }
  /** The candidate breaks a rule. */
  | { readonly status: 'invalid'; readonly message: string };

/** The state on which a write depends. */
export type WriteGuard =
  /** The file still has exactly this content. */
  | { readonly revision: Revision }
  /** No lease on the task was ever granted with a larger fence. */
  | { readonly fence: Fence };

/** Tasks as files that people can read, edit and merge. */
export interface TaskStore {
  /** Undefined when there is no such task or its file is broken. */
  get(id: TaskId): Promise<Task | undefined>;
  /** Sees every write that finished before the call. */
  read(): Promise<Backlog>;
  /** Two concurrent adds of one idea add one task. */
  add(candidate: Candidate): Promise<AddResult>;
  /**
   * Checks the guard and writes in one step that no other writer of any process can enter. A failed call changes
   * nothing: `TASK_MISSING` when there is no such task, `TASK_CHANGED` when the guard does not hold, `TASK_INVALID` when
   * the task could not be read afterwards. Comments, order and unknown keys of the file survive.
   */
  update(id: TaskId, patch: TaskPatch, guard: WriteGuard): Promise<Task>;
  /**
   * The file a patched task would be, for whoever lands it together with the code. Writes nothing. Throws `TASK_MISSING`,
   * or `TASK_CHANGED` when the file is not what the task was read from any more.
   */
  render(task: Task, patch: TaskPatch): Promise<TaskFile>;
  /**
   * The file a `ready` task of this id would be, for whoever lands it with others. Writes nothing, and does not ask
   * whether another task says the same.
   */
  renderNew(id: TaskId, candidate: Candidate): Promise<RenderedTask>;
  /**
   * Writes that file, unless there is a task of this id: doing it again changes nothing. Throws `TASK_INVALID` when the
   * candidate breaks a rule.
   */
  create(id: TaskId, candidate: Candidate): Promise<Task>;
  /** Calls back, soon and at least once, after anything in the backlog may have changed. */
  watch(onChange: () => void): Cancel;
}

/** One line of the inbox that did not become a task. */
export interface RejectedLine {
  /** 1-based, in the file as it was drained. */
  readonly line: number;
  readonly message: string;
  /** Where the line is kept. Absent for a duplicate, which is not kept. */
  readonly keptIn?: RepoPath;
}

export interface DrainReport {
  readonly added: readonly Task[];
  readonly duplicates: readonly {
    readonly line: number;
    readonly title: string;
    readonly of: TaskId;
    readonly source: TaskSource;
  }[];
  /** Lines that were not admitted. They are not kept. */
  readonly refused: readonly ({ readonly line: number } & Refusal)[];
  readonly rejected: readonly RejectedLine[];
}

/** Says of one candidate whether it becomes a task. */
export type Admit = (candidate: Candidate) => Promise<Verdict>;

/** Candidates that people, passes and agents proposed, one JSON object a line. */
export interface Inbox {
  propose(candidates: readonly Candidate[]): Promise<void>;
  /**
   * Turns every line into a task, a named duplicate, a refusal or a rejected line that is kept aside. No line is lost,
   * also by a crash. `admit` is asked, line by line, about what a task could be made from; without it all of that is
   * admitted.
   */
  drain(admit?: Admit): Promise<DrainReport>;
}
