import { BacklogError, type Fence, type TaskId } from '@backlog-runner/contracts';
import type { Repository } from './repository.ts';

const FENCES = 'refs/backlog-runner/fences';
const MOST_TRIES = 8;

/** The ref that holds the number of the latest claim on a task, as a blob. */
export function fenceRef(task: TaskId): string {
  return `${FENCES}/${task}`;
}

/** The blob of a fence. One number is always the same blob, so `verify` of a ref transaction can compare it. */
export function fenceBlob({ objects }: Repository, fence: Fence): Promise<string> {
  return objects.writeBlob(`${fence}\n`);
}

/** The fence recorded for a task; 0 when there is none. */
export async function recordedFence({ refs, objects }: Repository, task: TaskId): Promise<number> {
  const blob = await refs.read(fenceRef(task));
  return blob === undefined ? 0 : parseFence(await objects.blobText(blob));
}

/** Records a claim. Throws `FENCE_STALE` when a newer one is recorded. */
export async function claimFence(repository: Repository, task: TaskId, fence: Fence): Promise<void> {
  const { git, refs, objects } = repository;
  const ref = fenceRef(task);
  const blob = await fenceBlob(repository, fence);
  for (let tries = 1; ; tries += 1) {
    const before = await refs.read(ref);
    const recorded = before === undefined ? 0 : parseFence(await objects.blobText(before));
    if (recorded === fence) return;
    if (recorded > fence) throw stale(task, fence, recorded);
    // Refused when somebody else moved the ref in between: then look again.
    const accept = tries < MOST_TRIES ? [0, 1, 128] : [0];
    const { code } = await git(['update-ref', '--no-deref', ref, blob, before ?? ''], { accept });
    if (code === 0) return;
  }
}

/**
 * Makes sure that nothing lands any more under a claim, while its number stays recorded: another blob of the same number
 * is no match for a ref transaction that verifies the claim. A newer claim stays.
 */
export async function closeClaim(repository: Repository, task: TaskId, fence: Fence): Promise<void> {
  const claimed = await fenceBlob(repository, fence);
  const closed = await repository.objects.writeBlob(`${fence}\n\n`);
  await repository.git(['update-ref', '--no-deref', fenceRef(task), closed, claimed], { accept: [0, 1, 128] });
}

/** The largest fence recorded for any task; 0 when there is none. */
export async function highestFence({ git }: Repository): Promise<number> {
  const { stdout } = await git(['for-each-ref', '--format=%(raw)', FENCES]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .reduce((highest, line) => Math.max(highest, parseFence(line)), 0);
}

/** The fence recorded for every task that was ever claimed. */
export async function recordedFences({ git }: Repository): Promise<ReadonlyMap<TaskId, number>> {
  const { stdout } = await git(['for-each-ref', '--format=%(refname) %(raw)', FENCES]);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [ref = '', fence = ''] = line.split(' ');
      return [ref.slice(FENCES.length + 1) as TaskId, parseFence(fence)];
    }),
  );
}

function parseFence(text: string): number {
  if (/^\d{1,15}\s*$/.test(text)) return Number(text);
  throw new BacklogError('GIT_FAILED', `A ref under ${FENCES} does not hold a number.`, {
    hint: `Look at it with: git for-each-ref ${FENCES}`,
    details: { text: text.slice(0, 100) },
  });
}

function stale(task: TaskId, fence: Fence, recorded: number): BacklogError {
  return new BacklogError('FENCE_STALE', `The task ${task} was claimed again since (${recorded} after ${fence}).`, {
    details: { task, fence, recorded },
  });
}
