import type { AttemptId, CommitId, Fence, TaskId, TreeId } from './ids.ts';

/** One file an attempt changed. The path is relative to the project directory; a file outside it starts with `../`. */
export interface ChangedFile {
  readonly path: string;
  readonly change: 'added' | 'modified' | 'deleted';
}

/** What an attempt left behind, as a commit under a ref that nothing but `gc` removes. */
export interface RetainedAttempt {
  readonly ref: string;
  readonly commit: CommitId;
  readonly tree: TreeId;
  /** Against the workspace's base. Empty when the attempt changed nothing; then there is no ref either. */
  readonly changes: readonly ChangedFile[];
  /**
   * The names of what the attempt left besides and what is not kept: files that git ignores, as far as they can be told
   * from those that were there before. Absent: nothing.
   */
  readonly notKept?: readonly string[];
}

export interface RetainRequest {
  readonly task: TaskId;
  readonly fence: Fence;
  /** One line, for people who find the commit. */
  readonly subject: string;
}

export interface WorkspaceRequest {
  readonly attempt: AttemptId;
  /** The commit the working copy shows when it is handed out. */
  readonly base: CommitId;
  /** The name of the workspace to take if it is free, because an agent's session knows its directory. */
  readonly prefer?: string;
  /** `false`: nothing is installed and no file of the user's is copied, because nothing will be run here. */
  readonly bootstrap?: false;
  readonly signal?: AbortSignal;
}

/** An isolated working copy for one attempt, or for one look at the repository. */
export interface Workspace {
  /** For people: which one of the pool this is. */
  readonly name: string;
  /** The project directory inside the working copy, absolute: where the agent and the validation run. */
  readonly directory: string;
  /** What commands in this workspace should have in their environment besides the usual. */
  readonly environment: Readonly<Record<string, string>>;
  /** The commit against which changes are counted: the base it was opened at, or the last one shown. */
  readonly base: CommitId;
  /**
   * Commits everything that is there, including what the agent committed itself, to
   * `refs/backlog-runner/attempts/<task>/<fence>`. May be called again as the attempt goes on; the ref then moves and
   * earlier states stay reachable from it. Never touches the user's index, stash or branches.
   */
  retain(request: RetainRequest): Promise<RetainedAttempt>;
  /**
   * Makes the working copy exactly this tree, with changes counted against `base` from now on. What was there must
   * have been retained before. Files git ignores stay.
   */
  show(tree: TreeId | CommitId, base: CommitId): Promise<void>;
  /**
   * Gives the working copy back. `unretained` says that it may hold work no `retain` has seen: then whoever gets this
   * working copy next retains it first. Idempotent.
   */
  close(options?: { readonly unretained?: boolean }): Promise<void>;
}

/** What was found in a workspace whose runner died. */
export interface RecoveredWork {
  readonly attempt: AttemptId;
  /** The commit that its changes are counted against. */
  readonly base: CommitId;
  readonly retained: RetainedAttempt;
}

export interface WorkspaceManager {
  /** How many workspaces may be open at once; undefined when nothing but the machine limits it. */
  readonly limit: number | undefined;
  /** Throws `WORKSPACE_UNAVAILABLE` or `BOOTSTRAP_FAILED`; then nothing is left open. */
  open(request: WorkspaceRequest): Promise<Workspace>;
  /** Retains what cut-off attempts left in workspaces that nobody holds any more, and frees those. */
  recover(): Promise<readonly RecoveredWork[]>;
}
