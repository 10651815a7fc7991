import { BacklogError, type Fence, type TaskId } from '@backlog-runner/contracts';
import { removeDeadLock } from './dead-lock.ts';
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
export async function recordedFence(repository: Repository, task: TaskId): Promise<number> {
  const blob = await repository.refs.read(fenceRef(task));
  return blob === undefined ? 0 : fenceIn(repository, fenceRef(task), blob);
}

/** Records a claim. Throws `FENCE_STALE` when a newer one is recorded, or something that is no claim. */
export async function claimFence(repository: Repository, task: TaskId, fence: Fence): Promise<void> {
  const { git, refs } = repository;
  const ref = fenceRef(task);
  const blob = await fenceBlob(repository, fence);
  for (let tries = 1; ; tries += 1) {
    const before = await refs.read(ref);
    const recorded = before === undefined ? 0 : await fenceIn(repository, ref, before);
    if (recorded === fence) return;
    if (recorded > fence) throw stale(task, fence, recorded);
    // Refused when somebody else moved the ref in between: then look again.
    const accept = tries < MOST_TRIES ? [0, 1, 128] : [0];
    const { code, stderr } = await git(['update-ref', '--no-deref', ref, blob, before ?? ''], { accept });
    if (code === 0) return;
    await removeDeadLock(repository, stderr);
  }
}

/**
 * Makes sure that nothing lands any more under a claim, while its number stays recorded: another blob of the same number
 * is no match for a ref transaction that verifies the claim. A newer claim stays.
 */
export async function closeClaim(repository: Repository, task: TaskId, fence: Fence): Promise<void> {
  const claimed = await fenceBlob(repository, fence);
  const closed = await repository.objects.writeBlob(`${fence}\n\n`);
  const close = ['update-ref', '--no-deref', fenceRef(task), closed, claimed];
  const { code, stderr } = await repository.git(close, { accept: [0, 1, 128] });
  if (code !== 0 && (await removeDeadLock(repository, stderr))) await repository.git(close, { accept: [0, 1, 128] });
}

/** The largest fence recorded for any task; 0 when there is none. What is no fence does not count. */
export async function fenceFloor(repository: Repository): Promise<number> {
  const fences = await recordedFences(repository);
  return Math.max(0, ...[...fences.values()].filter((fence) => !Number.isNaN(fence)));
}

/** The fence recorded for every task that was ever claimed; NaN where something else is recorded. */
export async function recordedFences({ git }: Repository): Promise<ReadonlyMap<TaskId, number>> {
  const { stdout } = await git(['for-each-ref', '--format=%(refname) %(raw)', FENCES]);
  const lines = stdout.split('\n').filter((line) => line.startsWith(`${FENCES}/`));
  return new Map(
    lines.map((line) => {
      const at = line.indexOf(' ');
      const text = line.slice(at + 1);
      return [line.slice(FENCES.length + 1, at) as TaskId, isFence(text) ? Number(text) : Number.NaN];
    }),
  );
}

/** Runners count from 1, one for each lease: none comes near to more digits. */
function isFence(text: string): boolean {
  return /^\d{1,12}\s*$/.test(text);
}

async function fenceIn({ objects }: Repository, ref: string, blob: string): Promise<number> {
  // What is no blob is no fence either.
  return parseFence(await objects.blobText(blob).catch(() => ''), ref);
}

function parseFence(text: string, ref: string): number {
  if (isFence(text)) return Number(text);
  throw new BacklogError('FENCE_STALE', `${ref} does not hold the number of a claim.`, {
    hint: removal(ref),
    details: { ref, text: text.slice(0, 100) },
  });
}

function removal(ref: string): string {
  return `No runner wrote that. Stop every runner, then type: git update-ref -d ${ref}`;
}

function stale(task: TaskId, fence: Fence, recorded: number): BacklogError {
  const ref = fenceRef(task);
  return new BacklogError('FENCE_STALE', `${ref} holds the claim ${recorded}, which is newer than ${fence}.`, {
    hint: `If no other runner works on ${task}, no runner wrote that. Then type: git update-ref -d ${ref}`,
    details: { ref, task, fence, recorded },
  });
}
