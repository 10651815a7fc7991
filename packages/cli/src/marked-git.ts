import type { RunId, System } from '@backlog-runner/contracts';
import { MARK_VARIABLE, runProcess } from '@backlog-runner/subprocess';
import type { RunProcess } from '@backlog-runner/worktrees';

/** What the marks of a run's git processes begin with. */
export function gitMark(run: RunId): string {
  return `${run}/git-`;
}

/**
 * Git whose processes carry a mark of their run: whoever cleans up after a run that died waits for those that are still
 * at work before it takes anything back. Git starts no daemons, so nothing is looked for when a process has ended.
 */
export function markedGit(run: RunId, system: System): RunProcess {
  const mark = { [MARK_VARIABLE]: `${gitMark(run)}${system.token(16)}` };
  return (spec) => runProcess({ ...spec, environment: { ...spec.environment, ...mark } }, { system });
}
