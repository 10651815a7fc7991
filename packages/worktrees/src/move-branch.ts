import { type CommitId, type Fence, pause, type TaskId } from '@backlog-runner/contracts';
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

/** Moves the branch only while it is at `from` and the claims on the tasks stand: one ref transaction. */
export async function moveBranch(
  repository: Repository,
  { branch, from, to, task, fence, also }: BranchMove,
): Promise<'done' | 'moved' | 'fenced'> {
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
    // The last refusal is thrown as it is.
    const accept = tries < MOST_TRIES ? [0, 1, 128] : [0];
    const { code } = await git(['update-ref', '-m', `backlog-runner: land ${task}`, '--stdin'], {
      input: transaction,
      accept,
    });
    if (code === 0) return 'done';
    for (const id of tasks) if ((await refs.read(fenceRef(id))) !== claim) return 'fenced';
    if ((await refs.read(branch)) !== from) return 'moved';
    // Neither: another process holds the lock of a ref for a moment.
    await pause(system, RETRY_MS * (0.5 + system.random()));
  }
}
