import {
  type AttemptId,
  type BacklogEvent,
  type CommitId,
  type CommitMessage,
  isBacklogError,
  type KeptLease,
  type LandResult,
  questionOf,
  type RunId,
  type Task,
  type TreeId,
  type ValidationResult,
  type Workspace,
} from '@backlog-runner/contracts';
import type { Emit } from './emit.ts';
import { finishLanded } from './finish-landed.ts';
import { withLandingRight } from './landing-right.ts';
import type { LandingEnding } from './next-step.ts';
import type { RunnerParts } from './parts.ts';
import { remember } from './remember.ts';
import { wasEdited } from './was-edited.ts';

/** Validated work that is to become part of the target branch. */
export interface Landable {
  readonly task: Task;
  /** What the task asked for when the work was done. */
  readonly question: string;
  readonly attempt: AttemptId;
  /** The lease under which the task is held now. */
  readonly lease: KeptLease;
  readonly commit: CommitId;
  /** The commit the work was made on. */
  readonly base: CommitId;
  /** A tree that passed before. */
  readonly validatedTree?: TreeId;
  /** The work changes no file, so the branch's own tree lands and needs no validation. */
  readonly changesNothing: boolean;
  /** What the agent proposes to remember. It is validated together with the work, and never in its way. */
  readonly patterns?: readonly string[];
  readonly message: CommitMessage;
  /** Called only when something must be validated. */
  readonly workspace: () => Promise<Workspace>;
  readonly signal: AbortSignal;
}

export type LandingParts = Pick<
  RunnerParts,
  'landing' | 'leases' | 'store' | 'validation' | 'memory' | 'system' | 'redact'
> & {
  readonly emit: Emit;
  readonly run: RunId;
  readonly leaseTtlMs: number;
};

/** The work on top of one state of the branch, where it passed. */
interface Passed {
  readonly tree: TreeId;
  readonly onto: CommitId;
  /** What of the work's patterns it holds. */
  readonly patterns: readonly string[] | undefined;
}

/**
 * Brings validated work onto the branch. It is validated on the branch as it is now before the right to land is taken;
 * only when the branch moves in between is it validated again while others wait.
 */
export async function landAttempt(work: Landable, parts: LandingParts): Promise<LandingEnding> {
  const first = await validateOnto(work, await parts.landing.head(), work.validatedTree, parts);
  if ('kind' in first) return first;
  const { holder } = work.lease.current;
  const ending = await withLandingRight({ ...parts, holder, signal: work.signal }, async () => {
    let passed = first;
    let current = work;
    for (;;) {
      const head = await parts.landing.head();
      if (head !== passed.onto || current.patterns !== passed.patterns) {
        const again = await validateOnto(current, head, passed.tree, parts);
        if ('kind' in again) return again;
        passed = again;
      }
      const ending = await landOnce(current, passed, parts);
      if (ending === 'again') continue;
      if (!isHeldByMemory(current, ending, parts)) return ending;
      current = { ...work, patterns: [] };
    }
  });
  return ending ?? STOPPED;
}

const STOPPED: LandingEnding = { kind: 'stopped' };

async function validateOnto(
  work: Landable,
  onto: CommitId,
  validatedTree: TreeId | undefined,
  parts: LandingParts,
): Promise<Passed | LandingEnding> {
  const merged = await parts.landing.merge({ attempt: work.commit, base: work.base, onto });
  if (merged.status === 'conflicted') return { kind: 'conflicted', paths: merged.paths, tree: merged.tree, onto };
  const tree = work.changesNothing ? merged.tree : await withMemory(work, merged.tree, parts);
  const passed = { tree, onto, patterns: work.patterns };
  if (work.changesNothing || tree === validatedTree) return passed;
  const validation = await validate(work, tree, onto, parts);
  if (work.signal.aborted) return STOPPED;
  if (validation.status === 'passed') return passed;
  // The agent goes on with its own work, and what the runner added must not look like it.
  if (tree !== merged.tree) await (await work.workspace()).show(merged.tree, onto);
  return { kind: 'not-passed', validation };
}

/** The tree with what the agent proposes to remember. */
async function withMemory({ task, patterns = [] }: Landable, tree: TreeId, { memory }: LandingParts): Promise<TreeId> {
  if (!memory || patterns.length === 0) return tree;
  const text = await memory.read(tree);
  const next = text === undefined ? undefined : remember(text, patterns, task.id);
  return next === undefined || next === text ? tree : memory.write(tree, next);
}

/** Whether only what is to be remembered stands in the way, because the user has changed the same file. */
function isHeldByMemory({ patterns = [] }: Landable, ending: LandingEnding, { memory }: LandingParts): boolean {
  return patterns.length > 0 && ending.kind === 'held' && ending.paths.some((path) => path === memory?.path);
}

async function validate(
  work: Landable,
  tree: TreeId,
  onto: CommitId,
  { validation, emit, run }: LandingParts,
): Promise<ValidationResult> {
  const workspace = await work.workspace();
  await workspace.show(tree, onto);
  const { directory, environment } = workspace;
  const result = await validation.run({ task: work.task, directory, environment, run, signal: work.signal });
  if (work.signal.aborted) return result;
  await emit({
    type: 'attempt.validated',
    attempt: work.attempt,
    profile: result.profile,
    tree,
    result: result.status,
    ...(result.status === 'refused' ? { findings: result.findings } : {}),
    ...(result.status === 'inconclusive' ? { reason: result.reason } : {}),
  });
  return result;
}

async function landOnce(work: Landable, passed: Passed, parts: LandingParts): Promise<LandingEnding | 'again'> {
  if (work.signal.aborted) return STOPPED;
  const current = await parts.store.get(work.task.id);
  if (!current) return { kind: 'overtaken', reason: 'the task is not in the backlog any more' };
  const change = changeOf(current, work);
  if (change !== undefined) return { kind: 'overtaken', reason: change };
  const { fence } = work.lease.current;
  if (await finishLanded(current, fence, parts)) return { kind: 'overtaken', reason: 'it has landed before' };
  const file = await parts.store.render(current, { state: 'done' }).catch(unlessChanged);
  if (file === 'changed') return 'again';
  const { tree, onto } = passed;
  const request = { task: work.task.id, fence, tree, onto, files: [file], message: work.message };
  const result = await parts.landing.land(request).catch((error) => landedAllTheSame(error, work, current, parts));
  return afterLanding(result, work, current, parts);
}

/** What happened to the task meanwhile, so that the work is not what it asks for any more. */
function changeOf(current: Task, { question }: Landable): string | undefined {
  if (current.state !== 'ready') return `the task is ${current.state} by now`;
  return questionOf(current) === question ? undefined : 'the task was changed while the agent worked on it';
}

/** A landing that broke off may have moved the branch before. */
async function landedAllTheSame(
  error: unknown,
  { attempt, base }: Landable,
  { path }: Task,
  { landing }: LandingParts,
): Promise<LandResult> {
  const landed = (await landing.landed(base)).find((candidate) => candidate.attempt === attempt);
  if (!landed) throw error;
  const { commit } = landed;
  return { status: 'landed', commit, checkout: (await landing.bringsFile(path)) ? 'followed' : 'not-checked-out' };
}

function unlessChanged(error: unknown): 'changed' {
  if (wasEdited(error)) return 'changed';
  throw error;
}

async function afterLanding(
  result: LandResult,
  { task, attempt, lease }: Landable,
  current: Task,
  { landing, store, emit }: LandingParts,
): Promise<LandingEnding | 'again'> {
  switch (result.status) {
    case 'moved':
      return 'again';
    case 'fenced':
      return { kind: 'overtaken', reason: 'another runner claimed the task meanwhile' };
    case 'held':
      return { kind: 'held', reason: result.reason, paths: result.paths };
    case 'landed':
      await emit({ type: 'task.landed', task: task.id, attempt, commit: result.commit, branch: landing.branch });
      if (fileIsApart(result)) {
        const done = store.update(current.id, { state: 'done' }, { fence: lease.current.fence });
        await done.catch((error) => emit(notMarked(task, error)));
      }
      return { kind: 'landed', commit: result.commit };
  }
}

/** It has landed all the same. Before it would land once more, or at the next start, the file is put right. */
function notMarked({ id }: Task, error: unknown): BacklogEvent {
  if (!isBacklogError(error)) throw error;
  return { type: 'warning', message: `${id} landed but is not marked as done: ${error.message}` };
}

/** Whether the task's file on disk did not come with the commit. */
function fileIsApart({ checkout, taskFile }: Extract<LandResult, { status: 'landed' }>): boolean {
  return checkout === 'not-checked-out' || taskFile === 'ignored';
}
