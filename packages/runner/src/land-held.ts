import {
  type AttemptResult,
  type HolderId,
  isBacklogError,
  type KeptLease,
  keepLease,
  resourcesOf,
  type Workspace,
} from '@backlog-runner/contracts';
import type { AttemptContext, EndedAttempt } from './attempt-context.ts';
import { claimTask } from './claim-task.ts';
import { commitMessage } from './commit-message.ts';
import type { Decision } from './decide.ts';
import { hopeless } from './hopeless.ts';
import { landAttempt } from './land-attempt.ts';
import type { LandingEnding } from './next-step.ts';

/**
 * Tries once more to land what was held, without asking an agent again. `settle` hears only of what changed: nothing
 * while it is still held, or when somebody else has the task.
 */
export async function landHeld(
  context: AttemptContext,
  { task, attempt: record }: Extract<Decision, { kind: 'land-held' }>,
  settle: (ended: EndedAttempt, lease: KeptLease) => Promise<void>,
): Promise<void> {
  const { parts, policy, emit, run, drain } = context;
  const { leases, system, workspaces } = parts;
  if (!record.retained) return;
  const request = { resources: resourcesOf(task), holder: run as string as HolderId, ttlMs: policy.leaseTtlMs };
  const granted = await leases.acquire(request);
  if (!granted) return;
  const lease = keepLease({ leases, lease: granted, ttlMs: policy.leaseTtlMs, system });
  const signal = AbortSignal.any([drain, lease.signal]);
  let opened: Workspace | undefined;
  try {
    if (!(await claimTask(context, task.id, granted))) return;
    const { commit, base } = record.retained;
    const ending = await landAttempt(
      {
        task,
        question: record.question,
        attempt: record.attempt,
        lease,
        commit,
        base,
        signal,
        changesNothing: false,
        ...(record.validatedTree ? { validatedTree: record.validatedTree } : {}),
        message: commitMessage(task, record.attempt, record, record.summary ?? ''),
        workspace: async () => {
          opened ??= await workspaces.open({ attempt: record.attempt, base, signal });
          return opened;
        },
      },
      { ...parts, emit, run, leaseTtlMs: policy.leaseTtlMs },
    );
    const result = resultOf(ending);
    if (result) await settle({ ...record, result, notes: record.notes ?? [] }, lease);
  } catch (error) {
    if (!isBacklogError(error) || hopeless(error) !== undefined) throw error;
    await emit({ type: 'warning', message: `${task.id} could not be landed yet: ${error.message}` });
  } finally {
    await opened?.close();
    await lease.end();
  }
}

/** What the effort changes; undefined when things are as they were. */
function resultOf(ending: LandingEnding): AttemptResult | undefined {
  switch (ending.kind) {
    case 'landed':
      return { status: 'landed', commit: ending.commit };
    case 'held':
      return undefined;
    case 'stopped':
      return undefined;
    case 'overtaken':
      return { status: 'cancelled', reason: ending.reason };
    case 'conflicted':
      return {
        status: 'refused',
        by: 'conflict',
        reason: `it conflicts with what landed meanwhile: ${ending.paths.join(', ')}`,
      };
    case 'not-passed':
      return ending.validation.status === 'inconclusive'
        ? { status: 'inconclusive', reason: ending.validation.reason }
        : { status: 'refused', by: 'validation', reason: 'validation refused it on top of what landed meanwhile' };
  }
}
