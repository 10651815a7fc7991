import { BacklogError, type Fence, type HolderId, resource, type TaskId } from '@backlog-runner/contracts';
import { memoryLeases } from '@backlog-runner/testkit';
import { expect, test } from 'vitest';
import { confirmClaim } from './confirm-claim.ts';

const task = 'x' as TaskId;
const stale = new BacklogError('FENCE_STALE', 'fences/x holds 99.', {
  hint: 'Remove it.',
  details: { ref: 'fences/x' },
});

async function confirm(failure: Error | undefined, isHeld: boolean) {
  const leases = memoryLeases();
  const request = { resources: [resource.task(task)], holder: 'run' as HolderId, ttlMs: 30_000 };
  const lease = await leases.acquire(request);
  if (!lease) throw new Error('Nobody else is here.');
  if (!isHeld) await leases.release(lease);
  const claim = async (_task: TaskId, _fence: Fence) => {
    if (failure) throw failure;
  };
  return confirmClaim({ landing: { claim }, leases }, task, lease);
}

test('a claim that is recorded is ours', async () => {
  expect(await confirm(undefined, true)).toEqual({ status: 'ours' });
});

test('a newer claim, after the lease is over, is another runner’s', async () => {
  expect(await confirm(stale, false)).toEqual({ status: 'overtaken' });
});

test('a newer claim while the lease is live is nobody’s, and it is said what to type', async () => {
  expect(await confirm(stale, true)).toEqual({
    status: 'forged',
    ref: 'fences/x',
    reason: 'fences/x holds 99. Remove it.',
  });
});

test('any other failure stays what it is', async () => {
  const full = new BacklogError('GIT_FAILED', 'No space left.');
  await expect(confirm(full, true)).rejects.toBe(full);
});
