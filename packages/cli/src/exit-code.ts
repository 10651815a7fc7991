import type { ErrorCode } from '@backlog-runner/contracts';

/** What the exit code of the command means; `docs/cli.md` explains each. */
export const EXIT = {
  ok: 0,
  /** Understood and carried out, and something did not work out: a task failed, a spec is broken. */
  unsuccessful: 1,
  usage: 2,
  /** The repository is not set up for the command. */
  setup: 3,
  /** Something the command relies on is missing or broken: git, an agent, the disk. */
  environment: 4,
  /** A bug of ours. */
  bug: 70,
  /** Ended by Ctrl-C or SIGTERM, as shells count: 128 + the signal's number. */
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const CODES: Readonly<Record<ErrorCode, ExitCode>> = {
  USAGE: EXIT.usage,
  NOT_A_REPOSITORY: EXIT.setup,
  NO_COMMITS: EXIT.setup,
  GIT_TOO_OLD: EXIT.environment,
  GIT_FAILED: EXIT.environment,
  BRANCH_MISSING: EXIT.setup,
  DETACHED_HEAD: EXIT.setup,
  CONFIG_MISSING: EXIT.setup,
  CONFIG_INVALID: EXIT.setup,
  SETUP_UNCOMMITTED: EXIT.setup,
  FILE_EXISTS: EXIT.unsuccessful,
  TASK_INVALID: EXIT.unsuccessful,
  TASK_MISSING: EXIT.unsuccessful,
  TASK_CHANGED: EXIT.unsuccessful,
  LEASE_LOST: EXIT.unsuccessful,
  LEASES_DAMAGED: EXIT.environment,
  FENCE_STALE: EXIT.unsuccessful,
  WORKSPACE_UNAVAILABLE: EXIT.environment,
  BOOTSTRAP_FAILED: EXIT.environment,
  CHECKOUT_NOT_CLEAN: EXIT.setup,
  PROVIDER_UNKNOWN: EXIT.setup,
  MODEL_MISMATCH: EXIT.setup,
  NO_PROVIDER_READY: EXIT.environment,
  STOP_TIMED_OUT: EXIT.unsuccessful,
  STORAGE_FAILED: EXIT.environment,
};

export function exitCodeOf(code: ErrorCode): ExitCode {
  return CODES[code];
}
