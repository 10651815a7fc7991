import {
  type AttemptId,
  attemptIdOf,
  BacklogError,
  type BacklogEvent,
  type ChangedFile,
  type CommitId,
  type Escape,
  type Fence,
  type Inquiry,
  type InquiryId,
  isBacklogError,
  type KeptLease,
  type LookFailure,
  type ResourceKey,
  sumUsage,
  type TaskId,
  type Usage,
  type Workspace,
} from '@backlog-runner/contracts';
import { askAgent } from './ask-agent.ts';
import { claimTask } from './claim-task.ts';
import { confirmClaim } from './confirm-claim.ts';
import { describeError } from './describe-error.ts';
import { holding } from './holding.ts';
import { hopeless } from './hopeless.ts';
import { isMachineFailure } from './machine-failure.ts';
import { giveBack, openWorkspace } from './open-workspace.ts';
import type { AgentChoice } from './policy.ts';
import { retainedEvent } from './retained-event.ts';
import type { RunContext } from './run-context.ts';

/** A look at the repository, as it was decided on. */
export interface Look {
  readonly role: 'planner' | 'discovery';
  /** What it is about, in its name: a task, or `pass-<id>`. */
  readonly subject: TaskId;
  /** What must be free, and is held while it lasts. */
  readonly resources: readonly ResourceKey[];
  /** Tasks that may be changed in consequence. */
  readonly claims: readonly TaskId[];
  /** Whether the project's own commands are run in the working copy. */
  readonly needsInstall: boolean;
  /** Whom it asks unless a question says otherwise. Absent: nobody. */
  readonly agent?: AgentChoice;
  readonly tryNumber: number;
  /** Whether what it was decided from is still so. Asked under the lease. */
  readonly isStillWanted: () => Promise<boolean>;
  readonly started: (began: Began) => BacklogEvent;
}

export interface Began {
  readonly inquiry: InquiryId;
  readonly fence: Fence;
  readonly base: CommitId;
}

export interface EndedLook<Value> extends Began {
  readonly ending: { readonly status: 'looked'; readonly value: Value } | LookFailure;
  readonly usage?: Usage;
  /** The provider that was asked last. */
  readonly provider?: string;
}

/**
 * Looks at the repository in a working copy of its own, and tells `onEnd` what came of it while the lease still holds.
 * What is written there all the same is retained, and makes the look refused. Whatever happens, the working copy and the
 * lease are given back. False when nothing was begun, because somebody else has it or it is not wanted any more.
 */
export async function inquire<Value>(
  context: RunContext,
  look: Look,
  action: (inquiry: Inquiry) => Promise<Value>,
  onEnd: (ended: EndedLook<Value>, lease: KeptLease) => Promise<void>,
): Promise<boolean> {
  const hasBegun = await holding(look.resources, context, async (lease) => {
    if (!(await look.isStillWanted())) return false;
    for (const task of look.claims) if (!(await claimTask(context, task, lease.current))) return false;
    const { fence } = lease.current;
    const began = { inquiry: attemptIdOf(look.subject, fence), fence, base: await context.parts.landing.head() };
    await context.emit(look.started(began));
    const asked: Asked = { escapes: [] };
    const ending = await lookInWorkspace(context, look, began, lease, action, asked).catch((error) =>
      brokenLook(context, began.inquiry, error),
    );
    const { usage, provider } = asked;
    await onEnd({ ...began, ending, ...(usage ? { usage } : {}), ...(provider ? { provider } : {}) }, lease);
    return true;
  });
  return hasBegun === true;
}

/** What became of the questions so far. */
interface Asked {
  readonly escapes: Escape[];
  usage?: Usage;
  provider?: string;
}

async function lookInWorkspace<Value>(
  context: RunContext,
  look: Look,
  { inquiry: id, fence, base }: Began,
  lease: KeptLease,
  action: (inquiry: Inquiry) => Promise<Value>,
  asked: Asked,
): Promise<EndedLook<Value>['ending']> {
  const signal = AbortSignal.any([context.drain, lease.signal]);
  const bootstrap = look.needsInstall ? {} : ({ bootstrap: false } as const);
  const workspace = await openWorkspace(context, { attempt: id, base, signal, ...bootstrap });
  if ('status' in workspace) return workspace;
  let unretained = true;
  try {
    const { directory, environment } = workspace;
    const ask = asker(context, look, id, workspace, signal, asked);
    const value = await action({ directory, environment, signal, ask });
    const retained = await workspace.retain({ task: look.subject, fence, subject: `Left by the look ${id}` });
    unretained = false;
    const event = retainedEvent(id, base, retained);
    if (event) await context.emit(event);
    asked.escapes.push(...(await forgeries(context, look, lease)));
    return failureOf(asked.escapes, retained.changes, signal) ?? { status: 'looked', value };
  } finally {
    await giveBack(workspace, unretained, context, id);
  }
}

/** Why it does not count as a look, whatever was seen. */
function failureOf(
  escapes: readonly Escape[],
  changes: readonly ChangedFile[],
  { aborted }: AbortSignal,
): LookFailure | undefined {
  const touched = [...escapes.map(({ what, name }) => `${what} ${name}`), ...changes.map(({ path }) => path)];
  if (touched.length > 0) return { status: 'refused', reason: `it may only look, and it touched ${named(touched)}` };
  return aborted ? { status: 'interrupted', reason: 'it was stopped' } : undefined;
}

/** Whoever runs git in a working copy can write any ref. */
async function forgeries({ parts }: RunContext, { claims }: Look, lease: KeptLease): Promise<readonly Escape[]> {
  const forged: Escape[] = [];
  for (const task of claims) {
    const claim = await confirmClaim(parts, task, lease.current);
    if (claim.status === 'overtaken')
      throw new BacklogError('LEASE_LOST', `Another runner has claimed ${task} meanwhile.`);
    if (claim.status === 'forged') forged.push({ what: 'ref', name: claim.ref });
  }
  return forged;
}

const MOST_NAMED = 10;

function named(paths: readonly string[]): string {
  const rest = paths.length - MOST_NAMED;
  return `${paths.slice(0, MOST_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function asker(
  context: RunContext,
  look: Look,
  id: AttemptId,
  workspace: Workspace,
  signal: AbortSignal,
  asked: Asked,
): Inquiry['ask'] {
  let turn = 0;
  return async (question) => {
    turn += 1;
    const { role, tryNumber, agent } = look;
    const { outcome, provider, usage, escapes } = await askAgent(context, question, {
      log: id,
      role,
      tryNumber,
      turn,
      workspace,
      signal,
      ...(agent ? { agent } : {}),
    });
    asked.escapes.push(...escapes);
    if (provider !== undefined) asked.provider = provider;
    if (usage) asked.usage = sumUsage(asked.usage ?? {}, usage);
    return outcome;
  };
}

/** The machine or a bug broke it. That says nothing about what it was to look at. */
async function brokenLook({ emit, halt }: RunContext, id: InquiryId, error: unknown): Promise<LookFailure> {
  const reason = describeError(error);
  const reasonToEnd = hopeless(error);
  if (reasonToEnd !== undefined) halt(reasonToEnd);
  if (reasonToEnd !== undefined || isBacklogError(error, 'LEASE_LOST')) return { status: 'interrupted', reason };
  if (!isBacklogError(error) && !isMachineFailure(error)) {
    const stack = error instanceof Error ? error.stack : undefined;
    await emit({ type: 'warning', message: `a bug broke the look ${id}: ${stack ?? reason}` });
  }
  return { status: 'inconclusive', reason };
}
