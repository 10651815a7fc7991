import { type RunId, type RunRecord, resource } from '@backlog-runner/contracts';
import type { WorktreeFacts } from './facts.ts';
import type { Scene } from './scene.ts';
import { type Verdict, verdict } from './verdict.ts';

/** 10: a run that is over left nothing behind. */
export function cleanExit(scene: Scene): Verdict {
  const { history, processes, leases, worktrees } = scene;
  return verdict(
    10,
    'A clean exit',
    {
      checked: history.runs.size + processes.length + leases.length + worktrees.length,
      findings: [...deadRuns(scene), ...leftProcesses(scene), ...leftLeases(scene), ...leftWorktrees(scene)],
    },
    'Processes that dropped their mark, and files outside of the project and the pool, are not seen; on Windows processes carry no mark that can be read.',
  );
}

function deadRuns({ history, isLive }: Scene): readonly string[] {
  return [...history.runs.values()]
    .filter((run) => !isOver(run) && !isLive(run.run))
    .map(({ run }) => `the run ${run} died and nobody has cleaned up after it: the next start does`);
}

function leftProcesses({ processes, isLive }: Scene): readonly string[] {
  return processes
    .filter(({ run }) => !isLive(run))
    .map(({ run, pid }) => `the process ${pid} of the run ${run}, which is over, still runs`);
}

/** A runner gives up its presence last, when it has already said that it ended. */
function leftLeases({ leases, history }: Scene): readonly string[] {
  return leases.flatMap(({ holder, resources, fence }) => {
    const run = holder as string as RunId;
    const record = history.runs.get(run);
    const isPresence = resources.every((key) => key === resource.runner(run));
    if (!record || !isOver(record) || isPresence) return [];
    return [`the run ${run} is over and still holds the lease ${fence} of ${resources.join(', ')}`];
  });
}

function leftWorktrees(scene: Scene): readonly string[] {
  const { worktrees, held, attempts, isLive } = scene;
  const isInUse = ({ name, attempt }: WorktreeFacts) => {
    const run = attempt && attempts.get(attempt)?.run;
    return held.has(resource.workspace(name)) || (run !== undefined && isLive(run));
  };
  const left = worktrees
    .filter((worktree) => worktree.state === 'open' && !isInUse(worktree))
    .map(({ name, attempt }) => `the worktree ${name} still holds the work of ${attempt}: the next start retains it`);
  const most = mostWorktrees(scene);
  const tooMany = worktrees.length - most;
  return tooMany > 0 ? [...left, `there are ${tooMany} worktrees more than the ${most} that any runs needed`] : left;
}

/** Each runner may have a worktree per worker and one more; runners that worked at the same time share a pool. */
function mostWorktrees({ history, worktrees, now }: Scene): number {
  const runs = [...history.runs.values()];
  if (runs.length === 0) return worktrees.length;
  const endOf = ({ endedAt, recoveredAt }: RunRecord) => endedAt ?? recoveredAt ?? now;
  const atOnce = runs.map(({ startedAt }) =>
    runs
      .filter((run) => run.startedAt <= startedAt && endOf(run) >= startedAt)
      .reduce((sum, { workers }) => sum + workers + 1, 0),
  );
  return Math.max(0, ...atOnce);
}

function isOver({ endedAt, recoveredAt }: RunRecord): boolean {
  return endedAt !== undefined || recoveredAt !== undefined;
}
