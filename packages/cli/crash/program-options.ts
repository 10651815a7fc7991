import type { GitTrouble } from './counted-git.ts';
import type { Crash, StepName } from './crash-points.ts';

/** What a runner of the suite is told: all that makes one run differ from another. */
export interface ProgramOptions {
  /** The project directory. */
  readonly directory: string;
  readonly workers: number;
  readonly leaseTtlMs: number;
  /** Where the agent writes down what it wrote, outside of everything the runner knows. */
  readonly witness: string;
  /** `attempt`: no two attempts write the same. `task`: all attempts at a task do. */
  readonly content: 'attempt' | 'task';
  /** Count also the steps by which only a draft comes into being. */
  readonly drafts: boolean;
  /** Default: `sh check.sh`. */
  readonly validation?: string;
  /** A function in the runner; a process; one that leaves another and hangs; one that is killed at its first try. */
  readonly agent: 'instant' | 'shell' | 'hangs' | 'dies';
  readonly maxTries: number;
  /** Vague tasks are planned: into two, of which the second waits for the first. */
  readonly plans?: boolean;
  /** Look for what `backlog-runner verify` finds at the end. */
  readonly verify: boolean;
  /** How long the agent thinks. */
  readonly thinkMs: number;
  /** Die or stop before this step. */
  readonly crash?: Crash;
  /** A file that says by how many milliseconds the wall clock is off. */
  readonly clock?: string;
  /** What happens to the process of git that takes a step. */
  readonly gitTrouble?: { readonly at: StepName; readonly kind: GitTrouble };
}

/** One line of the witness. */
export interface Witnessed {
  readonly attempt: string;
  readonly task: string;
  readonly path: string;
  readonly content: string;
}

/** What a runner of the suite prints at its end. */
export interface ProgramAnswer {
  readonly run: string;
  readonly reason: string;
  readonly landed: readonly string[];
  readonly steps: readonly StepName[];
  /** What `backlog-runner verify` finds broken. */
  readonly verified: readonly string[];
}
