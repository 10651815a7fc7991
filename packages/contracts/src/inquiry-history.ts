import type { RejectedCandidate } from './admission.ts';
import type { JournalEntry, PassOutcome, PlanOutcome, PlanWriting } from './event.ts';
import type { CommitId, EpochMs, Fence, InquiryId, RunId, TaskId } from './ids.ts';
import type { PlanProposal } from './planner.ts';
import type { TaskSource } from './task.ts';

/** A look at the repository that has not ended, as far as the journal knows. */
export interface OpenInquiry {
  readonly inquiry: InquiryId;
  readonly run: RunId;
  readonly fence: Fence;
  /** Absent: it only applies a plan that was made before. */
  readonly base?: CommitId;
  readonly startedAt: EpochMs;
  readonly lastEvent: { readonly at: EpochMs; readonly text: string };
  /** Absent: it asks no agent. */
  readonly provider?: string;
  readonly model?: string;
  /** What it is about: tasks to plan, or a pass. */
  readonly about:
    | { readonly kind: 'plan'; readonly parents: readonly TaskId[] }
    | { readonly kind: 'pass'; readonly pass: string };
  /** A plan whose writing to files began. */
  readonly writing?: PlanWriting;
}

/** What the planner made of one task so far. */
export interface ParentHistory {
  /** What the task asked for when it was last looked at. Everything here but `reasons` is about that. */
  readonly question: string;
  readonly tries: number;
  /** Why plans for it were refused, oldest first. */
  readonly reasons: readonly string[];
  /** When a try last counted. */
  readonly triedAt?: EpochMs;
  /** The plan for it that waits for a person. */
  readonly proposed?: InquiryId;
  /** Why the planner does not look at it any more. */
  readonly left?: string;
}

export interface PlannerHistory {
  readonly parents: ReadonlyMap<TaskId, ParentHistory>;
  /** Plans that wait for the user's checkout to make way. */
  readonly held: ReadonlyMap<
    InquiryId,
    { readonly proposal: PlanProposal; readonly reason: string; readonly paths: readonly string[] }
  >;
  readonly fruitlessInARow: number;
  readonly endedAt?: EpochMs;
}

export interface PassHistory {
  /** How often it has had its turn. */
  readonly turns: number;
  readonly endedAt?: EpochMs;
  readonly outcome?: PassOutcome;
  /** The commit at which it last looked to the end. */
  readonly base?: CommitId;
  /** Turns in a row of which no candidate was admitted. */
  readonly fruitlessInARow: number;
  /** Whether a candidate was admitted since its last turn began. */
  readonly isFruitful: boolean;
}

/** What became of one candidate. */
export interface AdmissionRecord {
  readonly at: EpochMs;
  readonly isAdmitted: boolean;
}

/** What looks at the repository came to: the part of the history that is about the planner, passes and candidates. */
export interface InquiryHistory {
  readonly inquiries: ReadonlyMap<InquiryId, OpenInquiry>;
  /** When looks ended: the newest few hundred, oldest first. */
  readonly endedInquiries: ReadonlyMap<InquiryId, EpochMs>;
  readonly planner: PlannerHistory;
  readonly passes: ReadonlyMap<string, PassHistory>;
  /** By origin, as {@link originOf} gives it; the newest few hundred, oldest first. */
  readonly admissions: ReadonlyMap<string, readonly AdmissionRecord[]>;
  /** The newest few hundred, oldest first. */
  readonly rejected: readonly RejectedCandidate[];
}

export const NO_INQUIRIES: InquiryHistory = {
  inquiries: new Map(),
  endedInquiries: new Map(),
  planner: { parents: new Map(), held: new Map(), fruitlessInARow: 0 },
  passes: new Map(),
  admissions: new Map(),
  rejected: [],
};

const MOST_RECORDS = 300;
const MOST_REASONS = 5;

/** Who proposes, for counting: `pass/<id>`, or the kind of source. */
export function originOf({ type, passId }: TaskSource): string {
  return type === 'pass' && passId !== undefined ? `pass/${passId}` : type;
}

/** The share of a source's newest candidates that were admitted. Undefined while nothing is known. */
export function acceptanceRate(records: readonly AdmissionRecord[], newest = 20): number | undefined {
  const looked = records.slice(-newest);
  if (looked.length === 0) return undefined;
  return looked.filter(({ isAdmitted }) => isAdmitted).length / looked.length;
}

/** The history after one more entry; the same one when the entry is about something else. */
export function foldInquiries(before: InquiryHistory, entry: JournalEntry): InquiryHistory {
  switch (entry.type) {
    case 'plan.started': {
      const { inquiry, run, fence, base, provider, model, at, parents } = entry;
      const about = { kind: 'plan', parents: parents.map(({ id }) => id) } as const;
      const began = { at, text: 'started' };
      const facts = { inquiry, run, fence, base, startedAt: at, lastEvent: began, provider, about };
      const planner = { ...before.planner, parents: parents.reduce(withQuestion, before.planner.parents) };
      return opened({ ...before, planner }, model === undefined ? facts : { ...facts, model });
    }
    case 'pass.started': {
      const { inquiry, run, fence, base, provider, model, at, pass } = entry;
      const about = { kind: 'pass', pass } as const;
      const facts = { inquiry, run, fence, base, startedAt: at, lastEvent: { at, text: 'started' }, about };
      return opened(
        { ...before, passes: withPass(before.passes, pass, { isFruitful: false }) },
        {
          ...facts,
          ...(provider === undefined ? {} : { provider }),
          ...(model === undefined ? {} : { model }),
        },
      );
    }
    case 'inquiry.progress':
      return edited(before, entry.inquiry, { lastEvent: { at: entry.at, text: entry.text } });
    case 'plan.writing': {
      const { inquiry, run, fence, supersedes, children, summary } = entry;
      const open = before.inquiries.get(inquiry) ?? reopened(entry);
      return opened(before, { ...open, run, fence, writing: { supersedes, children, summary } });
    }
    case 'plan.ended':
      return { ...closed(before, entry), planner: afterPlan(before.planner, entry) };
    case 'plan.rejected': {
      const parents = entry.parents.reduce(
        (all, id) =>
          withParent(all, id, ({ proposed, ...parent }) => ({ ...parent, reasons: withReason(parent, entry.reason) })),
        before.planner.parents,
      );
      const held = withoutHeld(before.planner.held, entry.inquiry);
      return { ...before, planner: { ...before.planner, parents, held } };
    }
    case 'plan.left': {
      const { task, question, reason } = entry;
      const parents = withParent(withQuestion(before.planner.parents, { id: task, question }), task, (parent) => ({
        ...parent,
        left: reason,
      }));
      return { ...before, planner: { ...before.planner, parents } };
    }
    case 'pass.ended':
      return { ...closed(before, entry), passes: afterPass(before, entry) };
    case 'task.added':
      return entry.source ? admitted(before, entry.source, entry.at) : before;
    case 'candidate.rejected':
      return rejectedCandidate(before, entry);
    default:
      return before;
  }
}

type Entry<Type extends JournalEntry['type']> = Extract<JournalEntry, { type: Type }>;

function opened(before: InquiryHistory, inquiry: OpenInquiry): InquiryHistory {
  return { ...before, inquiries: new Map(before.inquiries).set(inquiry.inquiry, inquiry) };
}

/** A plan that was held or proposed is applied now: whoever dies of it leaves that open. */
function reopened({ inquiry, run, fence, at, supersedes }: Entry<'plan.writing'>): OpenInquiry {
  const about = { kind: 'plan', parents: supersedes.map(({ parent }) => parent) } as const;
  return { inquiry, run, fence, startedAt: at, lastEvent: { at, text: 'applying its plan' }, about };
}

function edited(before: InquiryHistory, id: InquiryId, change: Partial<OpenInquiry>): InquiryHistory {
  const known = before.inquiries.get(id);
  return known ? opened(before, { ...known, ...change }) : before;
}

function closed(before: InquiryHistory, { inquiry, at }: Entry<'plan.ended' | 'pass.ended'>): InquiryHistory {
  const inquiries = new Map(before.inquiries);
  inquiries.delete(inquiry);
  const ended = [...before.endedInquiries].filter(([id]) => id !== inquiry);
  const endedInquiries = new Map([...ended, [inquiry, at] as const].slice(-MOST_RECORDS));
  return { ...before, inquiries, endedInquiries };
}

type Parents = PlannerHistory['parents'];

function withParent(parents: Parents, id: TaskId, change: (before: ParentHistory) => ParentHistory): Parents {
  return new Map(parents).set(id, change(parents.get(id) ?? { question: '', tries: 0, reasons: [] }));
}

/** A task that asks for something else by now is looked at anew. */
function withQuestion(parents: Parents, { id, question }: { readonly id: TaskId; readonly question: string }): Parents {
  return withParent(parents, id, (parent) => {
    const { left, proposed, ...rest } = parent;
    return rest.question === question ? rest : { question, tries: 0, reasons: rest.reasons };
  });
}

function withoutProposal(parents: Parents, inquiry: InquiryId): Parents {
  if (![...parents.values()].some(({ proposed }) => proposed === inquiry)) return parents;
  return new Map(
    Array.from(parents, ([id, parent]) => {
      const { proposed, ...rest } = parent;
      return [id, proposed === inquiry ? rest : parent];
    }),
  );
}

function withReason({ reasons }: Pick<ParentHistory, 'reasons'>, reason: string): readonly string[] {
  return [...reasons, reason].slice(-MOST_REASONS);
}

type Held = PlannerHistory['held'];

function withoutHeld(held: Held, inquiry: InquiryId): Held {
  return new Map([...held].filter(([id]) => id !== inquiry));
}

function afterHeld(held: Held, { inquiry, outcome }: Entry<'plan.ended'>): Held {
  if (outcome.status === 'interrupted') return held;
  if (outcome.status !== 'held') return withoutHeld(held, inquiry);
  const { proposal, reason, paths } = outcome;
  return new Map(held).set(inquiry, { proposal, reason, paths });
}

/** A plan that waits goes on waiting when applying it was only interrupted. */
function afterProposal(parents: Parents, { inquiry, parents: ids, outcome }: Entry<'plan.ended'>): Parents {
  if (outcome.status === 'interrupted') return parents;
  if (outcome.status !== 'proposed') return withoutProposal(parents, inquiry);
  return ids.reduce((all, id) => withParent(all, id, (parent) => ({ ...parent, proposed: inquiry })), parents);
}

function afterPlan(before: PlannerHistory, entry: Entry<'plan.ended'>): PlannerHistory {
  const { parents, outcome, counts, at } = entry;
  const reason = reasonOf(outcome);
  const tried = parents.reduce<Parents>(
    (all, id) =>
      counts
        ? withParent(all, id, (parent) => ({
            ...parent,
            tries: parent.tries + 1,
            triedAt: at,
            ...(reason === undefined ? {} : { reasons: withReason(parent, reason) }),
          }))
        : all,
    before.parents,
  );
  const isFruitless = counts || outcome.status === 'cancelled';
  const isFruitful = outcome.status === 'landed' || outcome.status === 'held' || outcome.status === 'proposed';
  return {
    parents: afterProposal(tried, entry),
    held: afterHeld(before.held, entry),
    fruitlessInARow: isFruitful ? 0 : before.fruitlessInARow + (isFruitless ? 1 : 0),
    endedAt: at,
  };
}

/** Why nothing came of it, when that says something about its tasks. */
function reasonOf(outcome: PlanOutcome): string | undefined {
  if (outcome.status === 'agent-failed') return outcome.failure.message;
  return outcome.status === 'refused' || outcome.status === 'inconclusive' ? outcome.reason : undefined;
}

type Passes = InquiryHistory['passes'];

function withPass(passes: Passes, id: string, change: Partial<PassHistory>): Passes {
  const before = passes.get(id) ?? { turns: 0, fruitlessInARow: 0, isFruitful: false };
  return new Map(passes).set(id, { ...before, ...change });
}

function afterPass({ passes, inquiries }: InquiryHistory, entry: Entry<'pass.ended'>): Passes {
  const { pass, inquiry, outcome, counts, at } = entry;
  if (!counts) return withPass(passes, pass, { outcome });
  const { turns = 0, fruitlessInARow = 0, isFruitful = false } = passes.get(pass) ?? {};
  const base = outcome.status === 'found' ? inquiries.get(inquiry)?.base : undefined;
  return withPass(passes, pass, {
    ...{ turns: turns + 1, endedAt: at, outcome },
    // Until one of its candidates is admitted.
    fruitlessInARow: isFruitful ? 0 : fruitlessInARow + 1,
    ...(base === undefined ? {} : { base }),
  });
}

function admitted(before: InquiryHistory, source: TaskSource, at: EpochMs): InquiryHistory {
  const { type, passId } = source;
  const isOfPass = type === 'pass' && passId !== undefined && before.passes.has(passId);
  return {
    ...before,
    passes: isOfPass ? withPass(before.passes, passId, { fruitlessInARow: 0, isFruitful: true }) : before.passes,
    admissions: withRecord(before, source, { at, isAdmitted: true }),
  };
}

function rejectedCandidate(before: InquiryHistory, entry: Entry<'candidate.rejected'>): InquiryHistory {
  if (entry.mayComeAgain) return before;
  const { at, title, reason, source, touchPaths, acceptanceCriteria } = entry;
  const rejection = {
    ...{ title, reason, at },
    ...(touchPaths ? { touchPaths } : {}),
    ...(acceptanceCriteria ? { acceptanceCriteria } : {}),
  };
  return {
    ...before,
    rejected: [...before.rejected, rejection].slice(-MOST_RECORDS),
    admissions: withRecord(before, source, { at, isAdmitted: false }),
  };
}

function withRecord(
  { admissions }: InquiryHistory,
  source: TaskSource,
  record: AdmissionRecord,
): InquiryHistory['admissions'] {
  const origin = originOf(source);
  return new Map(admissions).set(origin, [...(admissions.get(origin) ?? []), record].slice(-MOST_RECORDS));
}
