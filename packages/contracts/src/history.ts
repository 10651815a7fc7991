import type { Usage } from './agent-event.ts';
import type { AgentRole } from './agent-provider.ts';
import type { AttemptResult, JournalEntry, PassOutcome, PlanOutcome } from './event.ts';
import type { AttemptId, CommitId, EpochMs, Fence, RunId, SessionId, TaskId, TreeId } from './ids.ts';
import { foldInquiries, type InquiryHistory, NO_INQUIRIES } from './inquiry-history.ts';

/** What is known about one attempt. */
export interface AttemptRecord {
  readonly attempt: AttemptId;
  readonly task: TaskId;
  readonly fence: Fence;
  readonly run: RunId;
  readonly tryNumber: number;
  readonly role: AgentRole;
  readonly provider: string;
  readonly model?: string;
  readonly base: CommitId;
  readonly question: string;
  readonly resumes?: AttemptId;
  readonly workspace?: string;
  readonly startedAt: EpochMs;
  readonly lastEvent: { readonly at: EpochMs; readonly text: string };
  readonly session?: SessionId;
  readonly usage?: Usage;
  readonly retained?: { readonly ref: string; readonly commit: CommitId; readonly base: CommitId };
  /** Names of what it left that is not kept, such as files that git ignores. */
  readonly notKept?: readonly string[];
  /** When `gc` removed what was retained. */
  readonly collectedAt?: EpochMs;
  /** The last tree of it that passed validation. */
  readonly validatedTree?: TreeId;
  readonly endedAt?: EpochMs;
  readonly result?: AttemptResult;
  readonly counts?: boolean;
  readonly summary?: string;
  readonly notes?: readonly string[];
}

/** What is known about one task's past. */
export interface TaskHistory {
  /** Oldest first. */
  readonly attempts: readonly AttemptRecord[];
  /** Tries used up since the task last landed or failed. */
  readonly triesUsed: number;
  readonly deferred?: { readonly until: EpochMs; readonly reason: string };
  readonly landed?: {
    readonly commit: CommitId;
    readonly branch: string;
    readonly at: EpochMs;
    readonly attempt: AttemptId;
  };
  readonly failed?: { readonly reason: string; readonly at: EpochMs };
}

export interface RunRecord {
  readonly run: RunId;
  readonly startedAt: EpochMs;
  readonly workers: number;
  readonly branch: string;
  readonly host: string;
  readonly stopRequestedAt?: EpochMs;
  /** When another runner cleaned up after its death. */
  readonly recoveredAt?: EpochMs;
  readonly endedAt?: EpochMs;
}

export interface ProviderHistory {
  readonly paused?: { readonly until: EpochMs; readonly reason: string };
  /** Rate limits in a row, for the growing pause. */
  readonly pausesInARow: number;
  readonly stopped?: { readonly run: RunId; readonly message: string; readonly hint: string };
}

/** A fold over the journal: everything a runner, a report or a person needs to know about the past. */
export interface History extends InquiryHistory {
  readonly tasks: ReadonlyMap<TaskId, TaskHistory>;
  readonly providers: ReadonlyMap<string, ProviderHistory>;
  readonly runs: ReadonlyMap<RunId, RunRecord>;
}

export const EMPTY_HISTORY: History = { tasks: new Map(), providers: new Map(), runs: new Map(), ...NO_INQUIRIES };
export const NO_TASK_HISTORY: TaskHistory = { attempts: [], triesUsed: 0 };

interface Draft {
  readonly tasks: Map<TaskId, TaskHistory>;
  readonly providers: Map<string, ProviderHistory>;
  readonly runs: Map<RunId, RunRecord>;
  /** Which task an attempt belongs to. */
  readonly owners: Map<AttemptId, TaskId>;
  inquiries: InquiryHistory;
}

/** The history after these entries. Does not change the history it is given. */
export function foldHistory(entries: Iterable<JournalEntry>, before: History = EMPTY_HISTORY): History {
  const draft: Draft = {
    tasks: new Map(before.tasks),
    providers: new Map(before.providers),
    runs: new Map(before.runs),
    owners: new Map(),
    inquiries: inquiriesOf(before),
  };
  for (const [task, { attempts }] of before.tasks) for (const { attempt } of attempts) draft.owners.set(attempt, task);
  for (const entry of entries) {
    apply(draft, entry);
    draft.inquiries = foldInquiries(draft.inquiries, entry);
  }
  return { tasks: draft.tasks, providers: draft.providers, runs: draft.runs, ...draft.inquiries };
}

function inquiriesOf(history: History): InquiryHistory {
  const { inquiries, endedInquiries, planner, passes, admissions, rejected } = history;
  return { inquiries, endedInquiries, planner, passes, admissions, rejected };
}

function apply(draft: Draft, entry: JournalEntry): void {
  revive(draft, entry.run);
  switch (entry.type) {
    case 'run.started': {
      const { run, at, workers, branch, host } = entry;
      draft.runs.set(run, { run, startedAt: at, workers, branch, host });
      return;
    }
    case 'run.stop-requested':
      for (const run of entry.runs) editRun(draft, run, { stopRequestedAt: entry.at });
      return;
    case 'run.ended':
      editRun(draft, entry.run, { endedAt: entry.at });
      return;
    case 'run.recovered':
      editRun(draft, entry.of, { recoveredAt: entry.at });
      return;
    case 'attempt.started':
      startAttempt(draft, entry);
      return;
    case 'attempt.prepared':
      editAttempt(draft, entry, { workspace: entry.workspace });
      return;
    case 'attempt.session':
      editAttempt(draft, entry, { session: entry.session });
      return;
    case 'attempt.progress':
      editAttempt(draft, entry, { lastEvent: { at: entry.at, text: entry.text } });
      return;
    case 'attempt.usage':
      addUsage(draft, entry);
      return;
    case 'attempt.retained':
      editAttempt(draft, entry, {
        retained: { ref: entry.ref, commit: entry.commit, base: entry.base },
        ...(entry.notKept ? { notKept: entry.notKept } : {}),
      });
      return;
    case 'attempt.collected':
      editAttempt(draft, entry, { collectedAt: entry.at });
      return;
    case 'attempt.validated':
      editAttempt(draft, entry, {
        ...(entry.result === 'passed' ? { validatedTree: entry.tree } : {}),
        lastEvent: { at: entry.at, text: `validation ${entry.profile} ${entry.result}` },
      });
      return;
    case 'attempt.returned':
      editAttempt(draft, entry, {
        lastEvent: { at: entry.at, text: `returned to the agent: ${entry.because}` },
      });
      return;
    case 'attempt.ended':
      endAttempt(draft, entry);
      return;
    case 'task.landed': {
      const { commit, branch, at, attempt } = entry;
      const { deferred, failed, ...rest } = taskOf(draft, entry.task);
      draft.tasks.set(entry.task, { ...rest, triesUsed: 0, landed: { commit, branch, at, attempt } });
      correctResult(draft, entry);
      return;
    }
    case 'task.deferred':
      editTask(draft, entry.task, { deferred: { until: entry.until, reason: entry.reason } });
      return;
    case 'task.failed': {
      const { deferred, ...rest } = taskOf(draft, entry.task);
      draft.tasks.set(entry.task, { ...rest, triesUsed: 0, failed: { reason: entry.reason, at: entry.at } });
      return;
    }
    case 'provider.paused': {
      const { pausesInARow } = providerOf(draft, entry.provider);
      const paused = { until: entry.until, reason: entry.reason };
      draft.providers.set(entry.provider, { paused, pausesInARow: pausesInARow + 1 });
      return;
    }
    case 'provider.stopped': {
      const { run, message, hint } = entry;
      draft.providers.set(entry.provider, { ...providerOf(draft, entry.provider), stopped: { run, message, hint } });
      return;
    }
    case 'plan.ended':
    case 'pass.ended':
      endInquiry(draft, entry);
      return;
    case 'task.added':
    case 'inbox.rejected':
    case 'inbox.duplicate':
    case 'plan.started':
    case 'plan.writing':
    case 'plan.rejected':
    case 'plan.left':
    case 'pass.started':
    case 'inquiry.progress':
    case 'candidate.rejected':
    case 'warning':
      return;
    default: {
      // Complete at compile time. At run time an entry of a later version is no error: it does not count.
      const unknown: never = entry;
      void unknown;
    }
  }
}

/** Whoever says something after it was taken for dead only slept. */
function revive(draft: Draft, run: RunId): void {
  const record = draft.runs.get(run);
  if (record?.recoveredAt === undefined) return;
  const { recoveredAt: _recoveredAt, ...alive } = record;
  draft.runs.set(run, alive);
}

/** Whoever closed the attempt took its runner for dead. What landed, landed. */
function correctResult(draft: Draft, entry: Extract<JournalEntry, { type: 'task.landed' }>): void {
  const record = taskOf(draft, entry.task).attempts.find(({ attempt }) => attempt === entry.attempt);
  if (record?.endedAt === undefined) return;
  editAttempt(draft, entry, { result: { status: 'landed', commit: entry.commit }, counts: false });
}

function startAttempt(draft: Draft, entry: Extract<JournalEntry, { type: 'attempt.started' }>): void {
  const { type, at, seq, ...facts } = entry;
  const record: AttemptRecord = { ...facts, startedAt: at, lastEvent: { at, text: 'started' } };
  const { deferred, ...task } = taskOf(draft, entry.task);
  draft.owners.set(entry.attempt, entry.task);
  draft.tasks.set(entry.task, { ...task, attempts: [...task.attempts, record] });
}

function endAttempt(draft: Draft, entry: Extract<JournalEntry, { type: 'attempt.ended' }>): void {
  const { at, result, counts, summary, notes } = entry;
  const record = draft.tasks.get(entry.task)?.attempts.findLast(({ attempt }) => attempt === entry.attempt);
  // A runner that slept while another recorded the landing knows nothing of it. What landed, landed.
  if (record?.result?.status === 'landed' && result.status !== 'landed') return;
  editAttempt(draft, entry, {
    endedAt: at,
    result,
    counts,
    ...(summary === undefined ? {} : { summary }),
    ...(notes ? { notes } : {}),
  });
  const task = taskOf(draft, entry.task);
  // After a crash two runners may both record the end of one attempt. It was one try.
  if (counts && !record?.counts) draft.tasks.set(entry.task, { ...task, triesUsed: task.triesUsed + 1 });
  if (record && showsThatProviderWorks(result)) {
    draft.providers.set(record.provider, { ...providerOf(draft, record.provider), pausesInARow: 0 });
  }
}

/** A provider that answered the planner or a pass works. */
function endInquiry(
  draft: Draft,
  { inquiry, outcome }: Extract<JournalEntry, { type: 'plan.ended' | 'pass.ended' }>,
): void {
  const provider = draft.inquiries.inquiries.get(inquiry)?.provider;
  if (provider === undefined || outcome.status === 'inconclusive' || !showsThatProviderWorks(outcome)) return;
  draft.providers.set(provider, { ...providerOf(draft, provider), pausesInARow: 0 });
}

function showsThatProviderWorks(result: AttemptResult | PlanOutcome | PassOutcome): boolean {
  if (result.status === 'cancelled' || result.status === 'interrupted') return false;
  return result.status !== 'agent-failed' || !['rate-limited', 'unavailable'].includes(result.failure.kind);
}

/** Each run of the agent reports its own totals; an attempt is the sum of its runs. */
function addUsage(draft: Draft, { attempt, usage }: Extract<JournalEntry, { type: 'attempt.usage' }>): void {
  const owner = draft.owners.get(attempt);
  const before = owner && taskOf(draft, owner).attempts.find((record) => record.attempt === attempt)?.usage;
  editAttempt(draft, { attempt }, { usage: sumUsage(before ?? {}, usage) });
}

const USAGE_KEYS = ['inputTokens', 'cachedInputTokens', 'outputTokens', 'costUsd', 'turns'] as const;

/** What two runs of agents consumed together. */
export function sumUsage(left: Usage, right: Usage): Usage {
  const known = USAGE_KEYS.filter((key) => left[key] !== undefined || right[key] !== undefined);
  return Object.fromEntries(known.map((key) => [key, (left[key] ?? 0) + (right[key] ?? 0)]));
}

function editAttempt(draft: Draft, entry: { attempt: AttemptId }, change: Partial<AttemptRecord>): void {
  const owner = draft.owners.get(entry.attempt);
  if (owner === undefined) return;
  const task = taskOf(draft, owner);
  const at = task.attempts.findLastIndex(({ attempt }) => attempt === entry.attempt);
  const record = task.attempts[at];
  if (record) draft.tasks.set(owner, { ...task, attempts: task.attempts.with(at, { ...record, ...change }) });
}

function editTask(draft: Draft, id: TaskId, change: Partial<TaskHistory>): void {
  draft.tasks.set(id, { ...taskOf(draft, id), ...change });
}

function editRun(draft: Draft, run: RunId, change: Partial<RunRecord>): void {
  const record = draft.runs.get(run);
  if (record) draft.runs.set(run, { ...record, ...change });
}

function taskOf(draft: Draft, id: TaskId): TaskHistory {
  return draft.tasks.get(id) ?? NO_TASK_HISTORY;
}

function providerOf(draft: Draft, provider: string): ProviderHistory {
  return draft.providers.get(provider) ?? { pausesInARow: 0 };
}
