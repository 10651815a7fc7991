/**
 * Every way in which the environment or the user's input can break a promise. The sentence says when it occurs;
 * `docs/errors.md` has a section for each.
 */
export const ERROR_CODES = {
  USAGE: 'The command line was not understood.',
  NOT_A_REPOSITORY: 'The command needs a git repository and there is none here.',
  NO_COMMITS: 'The repository has no commit yet, so there is nothing to build on.',
  GIT_TOO_OLD: 'The installed git is older than 2.38.',
  GIT_FAILED: 'A git command failed in a way nothing here expects.',
  BRANCH_MISSING: 'The branch to land on does not exist, or was deleted meanwhile.',
  DETACHED_HEAD: 'No branch is checked out and none is configured, so there is no branch to land on.',
  CONFIG_MISSING: 'There is no backlog.config.mjs here or in a directory above.',
  CONFIG_INVALID: 'The config does not load or breaks its schema.',
  SETUP_UNCOMMITTED: 'Files that every workspace needs are not committed, so no workspace would have them.',
  FILE_EXISTS: 'A file that would be written exists and --force was not given.',
  TASK_INVALID: 'A task file or candidate breaks the task schema.',
  TASK_MISSING: 'There is no task with this id.',
  TASK_CHANGED: 'The task was changed by somebody else since it was read.',
  LEASE_LOST: 'The lease ended before its holder was done.',
  LEASES_DAMAGED: 'The lease table on disk cannot be read.',
  FENCE_STALE: 'A newer claim on this task exists, so this one may change nothing any more.',
  WORKSPACE_UNAVAILABLE: 'No workspace could be made or prepared.',
  BOOTSTRAP_FAILED: 'The install command of a workspace failed.',
  CHECKOUT_NOT_CLEAN: 'Without worktrees the checkout itself is the workspace, so it must be clean.',
  PROVIDER_UNKNOWN: 'The config or command line names an agent that nothing provides.',
  MODEL_MISMATCH: 'A model of one vendor was asked for with the agent of another.',
  NO_PROVIDER_READY: 'None of the agents that the backlog needs can run.',
  STOP_TIMED_OUT: 'A runner did not stop in time.',
  STORAGE_FAILED: 'A file of the backlog or of the runner state could not be read or written.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;
