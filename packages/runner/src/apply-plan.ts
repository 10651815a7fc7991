import type {
  CommitMessage,
  Fence,
  HolderId,
  InquiryId,
  PlanOutcome,
  PlanProposal,
  PlanWriting,
  Task,
  TaskFile,
} from '@backlog-runner/contracts';
import { withLandingRight } from './landing-right.ts';
import type { RunContext } from './run-context.ts';
import { wasEdited } from './was-edited.ts';
import { finishWriting, supersededPatch } from './write-plan.ts';

export interface Applicable {
  readonly inquiry: InquiryId;
  /** Under which every parent is claimed. */
  readonly fence: Fence;
  /** What the plan was made for. */
  readonly parents: PlanProposal['parents'];
  readonly writing: PlanWriting;
  readonly signal: AbortSignal;
  /** For the commit: who made the plan. */
  readonly agent?: string;
  /** The journal has this writing as begun by this run, from an effort that was held. */
  readonly isTold?: boolean;
}

type Ending = Extract<PlanOutcome, { status: 'landed' | 'refused' | 'cancelled' | 'interrupted' }> | HeldPlan;

export interface HeldPlan {
  readonly status: 'held';
  readonly reason: string;
  readonly paths: readonly string[];
}

/**
 * Applies a plan: all of it or nothing. Where git holds the files of all parents it is one commit, under the claims of all
 * of them. Else it is written to files, of which others see first the new tasks and then that they took the place of the
 * parents; the journal knows the whole plan before, so that whatever happens it is finished.
 */
export async function applyPlan(plan: Applicable, context: RunContext): Promise<Ending> {
  const { parts, policy, run } = context;
  const right = {
    ...{ landing: parts.landing, leases: parts.leases, system: parts.system, signal: plan.signal },
    holder: run as string as HolderId,
    leaseTtlMs: policy.leaseTtlMs,
  };
  const ending = await withLandingRight(right, async () => {
    for (;;) {
      const ending = await applyOnce(plan, context);
      if (ending !== 'again') return ending;
    }
  });
  return ending ?? { status: 'interrupted', reason: 'it was stopped before the plan was applied' };
}

async function applyOnce(plan: Applicable, context: RunContext): Promise<Ending | 'again'> {
  const { inquiry, fence, writing } = plan;
  if (plan.signal.aborted) return { status: 'interrupted', reason: 'it was stopped before the plan was applied' };
  const state = await unchanged(plan, context);
  if ('reason' in state) return { status: 'cancelled', reason: state.reason };
  const { parents } = state;
  const children = await childFiles(writing, context);
  if ('reason' in children) return { status: 'refused', reason: children.reason };
  const superseded = await parentFiles(writing, parents, context);
  if (!superseded) return 'again';

  if (!plan.isTold) await context.emit({ type: 'plan.writing', inquiry, fence, ...writing });
  if (await allBrought(parents, context)) return land(plan, parents, [...children.files, ...superseded], context);
  await finishWriting(writing, fence, context.parts.store);
  await tellAdded(writing, context);
  return landed(writing);
}

async function land(
  plan: Applicable,
  parents: readonly Task[],
  files: readonly TaskFile[],
  context: RunContext,
): Promise<Ending | 'again'> {
  const { landing, store } = context.parts;
  const { fence, writing } = plan;
  const [first, ...also] = parents.map(({ id }) => id);
  if (first === undefined) return { status: 'cancelled', reason: 'there is nothing left to plan' };
  const onto = await landing.head();
  const result = await landing.land({
    ...{ task: first, also, fence, onto },
    tree: await landing.treeOf(onto),
    files,
    message: messageOf(plan, parents),
  });
  switch (result.status) {
    case 'moved':
      return 'again';
    case 'fenced':
      return { status: 'interrupted', reason: 'another runner claimed one of its tasks meanwhile' };
    case 'held':
      return { status: 'held', reason: result.reason, paths: result.paths };
    case 'landed':
      // Files that git ignores did not come with the commit.
      if (result.taskFile === 'ignored') await finishWriting(writing, fence, store);
      await tellAdded(writing, context);
      return { ...landed(writing), commit: result.commit };
  }
}

async function tellAdded({ children }: PlanWriting, { emit }: RunContext): Promise<void> {
  for (const { id, candidate } of children) {
    await emit({ type: 'task.added', task: id, title: candidate.title, source: candidate.source });
  }
}

function landed({ supersedes, children, summary }: PlanWriting): Extract<PlanOutcome, { status: 'landed' }> {
  return {
    status: 'landed',
    superseded: supersedes.map(({ parent }) => parent),
    children: children.map(({ id }) => id),
    summary,
  };
}

/** The parents that give way, as long as they are what they were. */
async function unchanged(
  { parents, writing }: Applicable,
  { parts }: RunContext,
): Promise<{ readonly parents: readonly Task[] } | { readonly reason: string }> {
  const wanted = new Set(writing.supersedes.map(({ parent }) => parent));
  const found: Task[] = [];
  for (const { id, revision } of parents.filter((parent) => wanted.has(parent.id))) {
    const task = await parts.store.get(id);
    if (!task) return { reason: `${id} is not in the backlog any more` };
    if (task.revision !== revision) return { reason: `${id} was changed meanwhile` };
    found.push(task);
  }
  return { parents: found };
}

async function childFiles(
  { children }: PlanWriting,
  { parts: { store } }: RunContext,
): Promise<{ readonly files: readonly TaskFile[] } | { readonly reason: string }> {
  const files: TaskFile[] = [];
  for (const { id, candidate } of children) {
    const rendered = await store.renderNew(id, candidate);
    if (rendered.status === 'invalid') return { reason: `"${candidate.title}" cannot be a task: ${rendered.message}` };
    files.push(rendered.file);
  }
  return { files };
}

/** Undefined when one was changed at this moment. */
async function parentFiles(
  { supersedes }: PlanWriting,
  parents: readonly Task[],
  { parts: { store } }: RunContext,
): Promise<readonly TaskFile[] | undefined> {
  const files: TaskFile[] = [];
  for (const task of parents) {
    const successors = supersedes.find(({ parent }) => parent === task.id)?.children ?? [];
    try {
      files.push(await store.render(task, supersededPatch(successors)));
    } catch (error) {
      if (wasEdited(error)) return undefined;
      throw error;
    }
  }
  return files;
}

async function allBrought(parents: readonly Task[], { parts }: RunContext): Promise<boolean> {
  for (const { path } of parents) if (!(await parts.landing.bringsFile(path))) return false;
  return true;
}

function messageOf({ inquiry, writing, agent }: Applicable, parents: readonly Task[]): CommitMessage {
  const [first] = parents;
  const subject = parents.length === 1 && first ? `Plan: ${first.title}` : `Plan ${parents.length} tasks`;
  const lines = writing.children.map(({ id, candidate }) => `- ${id}: ${candidate.title}`);
  return {
    subject,
    body: [writing.summary, '', ...lines].join('\n'),
    trailers: [['Backlog-Plan', inquiry], ...(agent === undefined ? [] : [['Backlog-Agent', agent] as const])],
  };
}
