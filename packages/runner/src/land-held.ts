import {
  type AttemptRecord,
  type AttemptResult,
  isBacklogError,
  type KeptLease,
  resourcesOf,
  type Task,
  type Workspace,
} from '@backlog-runner/contracts';
import type { EndedAttempt } from './attempt.ts';
import { claimTask } from './claim-task.ts';
import { commitMessage } from './commit-message.ts';
import type { Decision } from './decide.ts';
import { holding } from './holding.ts';
import { hopeless } from './hopeless.ts';
import { landAttempt } from './land-attempt.ts';
import type { LandingEnding } from './next-step.ts';
import type { RunContext } from './run-context.ts';

/**
 * Tries once more to land what was held, without asking an agent again. `onEnd` hears only of what changed: nothing
 * while it is still held, or when somebody else has the task.
 */
export async function landHeld(
  context: RunContext,
  { task, attempt: record }: Extract<Decision, { kind: 'land-held' }>,
  onEnd: (ended: EndedAttempt, lease: KeptLease) => Promise<void>,
): Promise<void> {
  const { retained } = record;
  if (!retained) return;
  await holding(resourcesOf(task), context, async (lease) => {
    try {
      if (!(await claimTask(context, task.id, lease.current))) return;
      const result = resultOf(await landRetained(context, { task, record, retained, lease }));
      if (result) await onEnd({ ...record, result, notes: record.notes ?? [] }, lease);
    } catch (error) {
      if (!isBacklogError(error) || hopeless(error) !== undefined) throw error;
      await context.emit({ type: 'warning', message: `${task.id} could not be landed yet: ${error.message}` });
    }
  });
}

interface Held {
  readonly task: Task;
  readonly record: AttemptRecord;
  readonly retained: NonNullable<AttemptRecord['retained']>;
  readonly lease: KeptLease;
}

/** Opens a workspace only when something must be validated again. */
async function landRetained(
  { parts, policy, emit, run, drain }: RunContext,
  { task, record, retained: { commit, base }, lease }: Held,
): Promise<LandingEnding> {
  const { attempt, question, validatedTree, summary = '' } = record;
  const signal = AbortSignal.any([drain, lease.signal]);
  let opened: Workspace | undefined;
  const workspace = async () => {
    opened ??= await parts.workspaces.open({ attempt, base, signal });
    return opened;
  };
  const work = {
    ...{ task, question, attempt, lease, commit, base, signal, workspace, changesNothing: false },
    ...(validatedTree ? { validatedTree } : {}),
    message: commitMessage(task, attempt, record, summary),
  };
  try {
    return await landAttempt(work, { ...parts, emit, run, leaseTtlMs: policy.leaseTtlMs });
  } finally {
    await opened?.close();
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
