import { BacklogError, type CommitId, type Fence, pause, type TaskId } from '@backlog-runner/contracts';
import { lockNamedIn, removeDeadLock } from './dead-lock.ts';
import { fenceBlob, fenceRef } from './fence-ref.ts';
import type { Repository } from './repository.ts';

export interface BranchMove {
  readonly branch: string;
  readonly from: CommitId;
  readonly to: CommitId;
  readonly task: TaskId;
  readonly fence: Fence;
  /** Further tasks claimed under the same fence. */
  readonly also: readonly TaskId[];
}

const MOST_TRIES = 6;
const RETRY_MS = 80;

export type Moved = { readonly status: 'done' | 'moved' | 'fenced' } | LockedOut;
/** A lock of the user's repository stays in the way, for instance because git was killed. */
export type LockedOut = { readonly status: 'locked'; readonly lock: string };

/** Moves the branch only while it is at `from` and the claims on the tasks stand: one ref transaction. */
export async function moveBranch(
  repository: Repository,
  { branch, from, to, task, fence, also }: BranchMove,
): Promise<Moved> {
  const { git, refs, system } = repository;
  const tasks = [...new Set([task, ...also])];
  const claim = await fenceBlob(repository, fence);
  const transaction = [
    'start',
    ...tasks.map((id) => `verify ${fenceRef(id)} ${claim}`),
    `update ${branch} ${to} ${from}`,
    'prepare',
    'commit',
    '',
  ].join('\n');

  for (let tries = 1; ; tries += 1) {
    const { code, stderr } = await git(['update-ref', '-m', `backlog-runner: land ${task}`, '--stdin'], {
      input: transaction,
      accept: [0, 1, 128],
    });
    if (code === 0) return { status: 'done' };
    for (const id of tasks) if ((await refs.read(fenceRef(id))) !== claim) return { status: 'fenced' };
    if ((await refs.read(branch)) !== from) return { status: 'moved' };
    // Neither: another process holds the lock of a ref for a moment.
    if (await removeDeadLock(repository, stderr)) continue;
    const lock = lockNamedIn(stderr);
    if (tries >= MOST_TRIES) {
      if (lock !== undefined) return { status: 'locked', lock };
      throw new BacklogError('GIT_FAILED', `The branch could not be moved: ${stderr.trim()}`, { details: { branch } });
    }
    await pause(system, RETRY_MS * (0.5 + system.random()));
  }
}
