import type {
  Admission,
  AgentProvider,
  AttemptId,
  DiscoveryPass,
  EscapeWatch,
  Inbox,
  Journal,
  JournalEntry,
  Landing,
  LeaseManager,
  Planner,
  Redact,
  RepoPath,
  Reporter,
  RunId,
  System,
  TaskStore,
  Validation,
  WorkspaceManager,
} from '@backlog-runner/contracts';
import type { Memory } from './memory.ts';

/** Where the raw material of attempts is kept for people: prompts, transcripts. */
export interface AttemptLog {
  /** What the agent was asked in this turn. */
  prompt(attempt: AttemptId, turn: number, text: string): Promise<void>;
  /** One record of the vendor's own stream. Order is kept; never throws. */
  native(attempt: AttemptId, turn: number, record: unknown): void;
  /** Resolves when all records of the attempt are written. */
  flush(attempt: AttemptId): Promise<void>;
}

/** The project's own words for its agents, read from the base commit: a workspace shows it before an agent ran in it. */
export interface PromptSource {
  /** `scripts/backlog/agent.md` below the project directory of a workspace; empty when there is none. */
  instructions(directory: string): Promise<string>;
  /** `scripts/backlog/patterns.md` likewise: what earlier work taught. */
  patterns(directory: string): Promise<string>;
}

/** Everything a runner is handed. It imports no implementation of any of it. */
export interface RunnerParts {
  readonly store: TaskStore;
  readonly inbox: Inbox;
  readonly leases: LeaseManager;
  readonly journal: Journal;
  readonly workspaces: WorkspaceManager;
  readonly landing: Landing;
  readonly escapes: EscapeWatch;
  readonly validation: Validation;
  /** By id. */
  readonly providers: ReadonlyMap<string, AgentProvider>;
  /** Absent: tasks that are `planned` wait for a person. */
  readonly planner?: Planner;
  /** Those that the policy names. */
  readonly passes?: readonly DiscoveryPass[];
  /** Absent: whatever could be a task is admitted. */
  readonly admission?: Admission;
  /** Whether the project has a path now. Absent: every path is taken to exist. */
  readonly pathExists?: (path: RepoPath) => boolean;
  readonly prompts: PromptSource;
  /** Absent: what agents propose to remember is forgotten. */
  readonly memory?: Memory;
  readonly attemptLog: AttemptLog;
  readonly reporter: Reporter;
  /** Called with the report whenever it changed. */
  readonly publish: (report: string) => Promise<void>;
  /** Called with every event of this run, as it is recorded. */
  readonly narrate: (entry: JournalEntry) => void;
  readonly redact: Redact;
  /** Ends every process a run left on this machine; answers how many there were. */
  readonly endProcesses: (run: RunId) => Promise<number>;
  readonly system: System;
}
