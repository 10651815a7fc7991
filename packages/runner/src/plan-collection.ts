import type {
  AttemptId,
  AttemptRecord,
  EpochMs,
  History,
  LandedCommit,
  Task,
  TaskHistory,
  TaskId,
} from '@backlog-runner/contracts';
import type { WorktreeFacts } from './verify/facts.ts';

/** What there is that might be removed, and all that speaks for keeping it. */
export interface CollectionFacts {
  readonly now: EpochMs;
  readonly history: History;
  readonly tasks: readonly Task[];
  /** What is on the target branch. */
  readonly landed: readonly LandedCommit[];
  /** Tasks under a live lease. */
  readonly heldTasks: ReadonlySet<TaskId>;
  /** Retained attempts, by their refs. */
  readonly refs: readonly { readonly ref: string; readonly attempt: AttemptId }[];
  /** Attempts whose prompts and transcripts are kept. */
  readonly directories: readonly AttemptId[];
  /** Worktrees of the pool, the warmest first, and which of them somebody uses. */
  readonly worktrees: readonly WorktreeFacts[];
  readonly usedWorktrees: ReadonlySet<string>;
  /** Files and directories that are recognisably left over from writes that did not end. */
  readonly leftovers: readonly Leftover[];
  /** Whether any runner lives. */
  readonly isRunning: boolean;
}

export interface Leftover {
  readonly path: string;
  readonly changedAt: EpochMs;
}

export interface CollectionPolicy {
  /** How long attempts are kept after their task has landed. */
  readonly days: number;
  /** How many worktrees stay. */
  readonly worktrees: number;
}

export interface CollectionDecision {
  readonly kind: 'attempt-ref' | 'attempt-directory' | 'worktree' | 'leftover';
  /** The ref, the attempt, the worktree's name or the path. */
  readonly name: string;
  readonly attempt?: AttemptId;
  readonly action: 'keep' | 'remove';
  /** Why, as the end of a sentence. */
  readonly reason: string;
}

type Choice = Pick<CollectionDecision, 'action' | 'reason'>;

const DAY = 24 * 3_600_000;

/** What to keep and what to remove, each with the reason. Whatever is not known to be of no more use is kept. */
export function planCollection(facts: CollectionFacts, policy: CollectionPolicy): readonly CollectionDecision[] {
  const choose = attemptChooser(facts, policy);
  return [
    ...facts.refs.map(({ ref, attempt }) => ({ kind: 'attempt-ref' as const, name: ref, attempt, ...choose(attempt) })),
    ...facts.directories.map((attempt) => ({
      kind: 'attempt-directory' as const,
      name: attempt,
      attempt,
      ...(chooseLook(attempt, facts, policy) ?? choose(attempt)),
    })),
    ...chooseWorktrees(facts, policy),
    ...facts.leftovers.map((leftover) => ({
      kind: 'leftover' as const,
      name: leftover.path,
      ...chooseLeftover(leftover, facts),
    })),
  ];
}

function attemptChooser(facts: CollectionFacts, policy: CollectionPolicy): (attempt: AttemptId) => Choice {
  const records = new Map(
    [...facts.history.tasks.values()].flatMap(({ attempts }) => attempts.map((record) => [record.attempt, record])),
  );
  return (attempt) => {
    const record = records.get(attempt);
    return record ? chooseAttempt(record, facts, policy) : keep('the journal does not know it');
  };
}

/** What a look was asked and answered. Undefined for anything else. What it wrote, where it may only look, stays. */
function chooseLook(
  id: AttemptId,
  { history: { inquiries, endedInquiries }, now }: CollectionFacts,
  { days }: CollectionPolicy,
): Choice | undefined {
  if (inquiries.has(id)) return keep('it has not ended');
  const endedAt = endedInquiries.get(id);
  if (endedAt === undefined) return undefined;
  const age = Math.floor((now - endedAt) / DAY);
  if (age < days) return keep(`it ended ${inDays(age)} ago, and looks are kept for ${inDays(days)}`);
  return { action: 'remove', reason: `it ended ${inDays(age)} ago` };
}

function chooseAttempt(record: AttemptRecord, facts: CollectionFacts, { days }: CollectionPolicy): Choice {
  const use = useOf(record, facts);
  if (use !== undefined) return keep(use);
  const landed = landedSince(record, facts);
  if (typeof landed === 'string') return keep(landed);
  const age = Math.floor((facts.now - landed.at) / DAY);
  if (age < days) return keep(`its task landed ${inDays(age)} ago, and attempts are kept for ${inDays(days)}`);
  const how = record.attempt === landed.attempt ? 'it landed' : `its task landed by ${landed.attempt}`;
  return { action: 'remove', reason: `${how} ${inDays(age)} ago` };
}

/** What may still be done with the attempt itself. */
function useOf({ task, endedAt, result }: AttemptRecord, { heldTasks }: CollectionFacts): string | undefined {
  if (endedAt === undefined) return 'it has not ended';
  if (heldTasks.has(task)) return 'its task is being worked on';
  return result?.status === 'held' ? 'its landing is held' : undefined;
}

/** The landing that made the attempt's work part of the past, or why there is none. */
function landedSince(
  { task: id, fence }: AttemptRecord,
  { history, landed: landings, tasks }: CollectionFacts,
): NonNullable<TaskHistory['landed']> | string {
  const { attempts = [], landed } = history.tasks.get(id) ?? {};
  const landing = landings.find(({ commit }) => commit === landed?.commit);
  if (!landed || !landing) return 'its task has not landed on this branch';
  if (landing.reverted) return 'its landing was reverted';
  const last = attempts.find(({ attempt }) => attempt === landed.attempt);
  if (!last || fence > last.fence) return 'it is newer than the landing of its task';
  const state = tasks.find((task) => task.id === id)?.state;
  return state === undefined || state === 'done' ? landed : `its task is ${state} again`;
}

/** The coldest go first. What is in use, or holds work, stays and counts. */
function chooseWorktrees(facts: CollectionFacts, policy: CollectionPolicy): readonly CollectionDecision[] {
  let surplus = facts.worktrees.length - policy.worktrees;
  const decisions = [...facts.worktrees].reverse().map((worktree): CollectionDecision => {
    const choice = chooseWorktree(worktree, facts, surplus > 0);
    if (choice.action === 'remove') surplus -= 1;
    return { kind: 'worktree', name: worktree.name, ...choice };
  });
  return decisions.reverse();
}

function chooseWorktree({ name, state, attempt }: WorktreeFacts, facts: CollectionFacts, isSurplus: boolean): Choice {
  if (facts.usedWorktrees.has(name)) return keep('it is in use');
  if (state !== 'free') return keep(attempt ? `it holds the work of ${attempt}` : 'nobody knows what it holds');
  return isSurplus
    ? { action: 'remove', reason: 'there are more than the pool needs' }
    : keep('it is part of the pool');
}

/** A writer finishes within moments, unless it sleeps: so nothing goes while a runner lives, nor on its first day. */
function chooseLeftover({ changedAt }: Leftover, { now, isRunning }: CollectionFacts): Choice {
  if (isRunning) return keep('a runner is running');
  if (now - changedAt < DAY) return keep('it is less than a day old');
  return { action: 'remove', reason: 'a write that did not end left it' };
}

function keep(reason: string): Choice {
  return { action: 'keep', reason };
}

function inDays(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}
