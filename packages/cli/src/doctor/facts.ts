import type { ErrorCode, History, Lease, ProviderHealth, RunId, SpecProblem, Task } from '@backlog-runner/contracts';
import type { SetupFile } from '../setup-problems.ts';

/** Why something could not be looked at. */
export interface Trouble {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/** A fact, why there is none, or that it hangs on another that there is not. */
export type Known<Value> =
  | { readonly status: 'known'; readonly value: Value }
  | { readonly status: 'trouble'; readonly trouble: Trouble }
  | { readonly status: 'unknown' };

export const UNKNOWN: { readonly status: 'unknown' } = { status: 'unknown' };

/** Everything `doctor` judges by. Paths are relative to the project directory where nothing else is said. */
export interface DoctorFacts {
  /** The version of Node, such as `24.1.0`. */
  readonly node: string;
  /** The version of git; undefined when there is none on the `PATH`. */
  readonly git: string | undefined;
  /** Whether this is the workspace of a runner, where only what a workspace needs is looked at. */
  readonly isWorkspace: boolean;
  readonly project: Known<{ readonly directory: string }>;
  readonly repository: Known<RepositoryFacts>;
  readonly config: Known<unknown>;
  readonly setup: Known<{ readonly files: readonly SetupFile[]; readonly branch: string }>;
  readonly agents: Known<readonly AgentFacts[]>;
  readonly prompts: readonly PromptFacts[];
  readonly commands: readonly CommandFacts[];
  readonly backlog: Known<BacklogFacts>;
  readonly state: Known<StateFacts>;
  readonly leases: Known<readonly Lease[]>;
  readonly disks: readonly DiskFacts[];
}

export interface RepositoryFacts {
  /** The branch work lands on, without `refs/heads/`. */
  readonly branch: Known<{ readonly name: string; readonly exists: boolean }>;
  /** What somebody began in the checkout and did not end. */
  readonly operation?: 'rebase' | 'merge' | 'cherry-pick' | 'revert' | 'bisect';
  /** The lock of the checkout's index, absolute, when it is there. */
  readonly indexLock?: string;
  readonly hasIdentity: boolean;
  readonly stateIsIgnored: boolean;
  readonly stateIsTracked: boolean;
}

export interface AgentFacts {
  readonly id: string;
  /** The roles it plays, such as `code`, and the passes that name it. */
  readonly roles: readonly string[];
  readonly health: ProviderHealth;
  /** What came of one tiny real call, when there was one. */
  readonly live?: { readonly status: 'answered' } | { readonly status: 'failed'; readonly message: string };
}

export interface PromptFacts {
  readonly path: string;
  /** `managed`: `init` writes it. `pass`: a configured pass asks it. */
  readonly use: 'managed' | 'pass';
  /** Undefined when there is no such file. */
  readonly text: string | undefined;
  readonly isUtf8: boolean;
}

export interface CommandFacts {
  /** The key of the config, such as `validation.default`. */
  readonly key: string;
  readonly command: string;
  /** The program it starts, where that can be told. */
  readonly program?: { readonly name: string; readonly isFound: boolean };
  /** The file of the project it runs, where that can be told. */
  readonly script?: {
    readonly path: string;
    readonly exists: boolean;
    /** Whether it is started itself and so must be executable. */
    readonly isProgram: boolean;
    readonly isExecutable: boolean;
    /** Whether the commit that workspaces are made from has it executable; undefined when it is not there. */
    readonly isCommittedExecutable?: boolean;
    /** Whether it is the script of `init` that found nothing to check and lets nothing land. */
    readonly checksNothing: boolean;
    /** What the interpreter says of its syntax, when it is wrong. */
    readonly mistake?: string;
  };
}

export interface BacklogFacts {
  readonly tasks: readonly Task[];
  readonly problems: readonly SpecProblem[];
  /** The names of validation profiles there are. */
  readonly profiles: readonly string[];
  /** Lines of the inbox that cannot become tasks. */
  readonly inbox: readonly { readonly line: number; readonly message: string }[];
  readonly hasTaskSchema: boolean;
}

export interface StateFacts {
  readonly damaged: readonly { readonly file: string; readonly line: number }[];
  readonly history: History;
  /** The runs that had begun before the leases were read. */
  readonly earlierRuns: ReadonlySet<RunId>;
  /** Living processes that carry the mark of a run. */
  readonly processes: readonly { readonly pid: number; readonly run: RunId }[];
  /** How many landings began and were not noted as ended. */
  readonly landingsBegun: number;
  /** What lies in the pool that nobody knows. */
  readonly strangers: readonly string[];
  /** Workspaces git knows in the pool whose directories are gone, with what they held. */
  readonly lost: readonly { readonly name: string; readonly holdsWork: boolean }[];
  readonly poolDirectory: string;
}

export interface DiskFacts {
  /** What is kept there. */
  readonly what: string;
  readonly path: string;
  readonly freeBytes: number;
  readonly freeFiles: number | undefined;
}
