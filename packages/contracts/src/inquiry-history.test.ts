import { describe, expect, it } from 'vitest';
import type { JournalEntry } from './event.ts';
import { EMPTY_HISTORY, foldHistory, type History } from './history.ts';
import type { InquiryId, TaskId } from './ids.ts';
import { acceptanceRate, originOf } from './inquiry-history.ts';

type Event = Readonly<Record<string, unknown>>;
const fold = (...events: readonly Event[]): History =>
  foldHistory(events.map((event, seq) => ({ at: seq, run: 'run', seq, ...event })) as unknown as JournalEntry[]);

const planBegins = (id: string, question = 'q'): Event => ({
  type: 'plan.started',
  inquiry: id,
  parents: [{ id: 'p', question }],
  fence: 1,
  base: 'c1',
  provider: 'codex',
});
const planEnds = (id: string, outcome: Event, counts: boolean): Event => ({
  type: 'plan.ended',
  inquiry: id,
  parents: ['p'],
  outcome,
  counts,
});
const refused = { status: 'refused', reason: 'no children' };
const landed = { status: 'landed', superseded: ['p'], children: ['a'], summary: '' };
const held = { status: 'held', reason: 'in the way', paths: [], proposal: { inquiry: 'p.1' } };
const left: Event = { type: 'plan.left', task: 'p', question: 'q', reason: 'too deep' };
const parent = (history: History) => history.planner.parents.get('p' as TaskId);

describe('what the planner made of a task', () => {
  it('counts the tries that count, and keeps why they were refused', () => {
    const limited = { status: 'agent-failed', failure: { kind: 'rate-limited', message: '429' } };
    const history = fold(
      planBegins('p.1'),
      planEnds('p.1', refused, true),
      planBegins('p.2'),
      planEnds('p.2', limited, false),
    );
    expect(parent(history)).toEqual({ question: 'q', tries: 1, triedAt: 1, reasons: ['no children'] });
    expect(history.planner).toMatchObject({ fruitlessInARow: 1, endedAt: 3 });
  });

  it('begins anew when the task asks for something else, with the reasons kept', () => {
    const history = fold(planBegins('p.1'), planEnds('p.1', refused, true), left, planBegins('p.2', 'other'));
    expect(parent(history)).toEqual({ question: 'other', tries: 0, reasons: ['no children'] });
  });

  it('says that it was left for a person until it is looked at again', () => {
    expect(parent(fold(left))).toMatchObject({ left: 'too deep' });
    expect(parent(fold(left, planBegins('p.1')))?.left).toBeUndefined();
  });

  it('remembers what a person said against a plan', () => {
    const rejected = { type: 'plan.rejected', inquiry: 'p.1', parents: ['p'], reason: 'too many' };
    expect(parent(fold(planBegins('p.1'), rejected))?.reasons).toEqual(['too many']);
  });
});

describe('the planner', () => {
  it('is fruitless in a row until a plan is good', () => {
    const fruitless = [planBegins('p.1'), planEnds('p.1', refused, true), planBegins('p.2')];
    expect(fold(...fruitless, planEnds('p.2', refused, true)).planner.fruitlessInARow).toBe(2);
    expect(fold(...fruitless, planEnds('p.2', landed, false)).planner.fruitlessInARow).toBe(0);
  });

  it('keeps a held plan until it has ended otherwise', () => {
    expect([...fold(planBegins('p.1'), planEnds('p.1', held, false)).planner.held.keys()]).toEqual(['p.1']);
    const after = fold(planBegins('p.1'), planEnds('p.1', held, false), planEnds('p.1', landed, false));
    expect([...after.planner.held.keys()]).toEqual([]);
  });
});

describe('a plan that was held or proposed', () => {
  const writing = {
    supersedes: [{ parent: 'p', children: ['a'] }],
    children: [{ id: 'a', candidate: { title: 'A' } }],
    summary: 'S',
  };
  const writes: Event = { type: 'plan.writing', inquiry: 'p.1', fence: 2, run: 'other', ...writing };
  const proposes = planEnds('p.1', { status: 'proposed', summary: '' }, false);
  const cutOff = planEnds('p.1', { status: 'interrupted', reason: 'died' }, false);
  const holds = planEnds('p.1', held, false);
  const look = (history: History) => history.inquiries.get('p.1' as InquiryId);

  it('goes on when it is applied, for whoever has to finish it', () => {
    expect(look(fold(planBegins('p.1'), proposes, writes))).toEqual({
      ...{ inquiry: 'p.1', run: 'other', fence: 2, startedAt: 2 },
      ...{ lastEvent: { at: 2, text: 'applying its plan' }, about: { kind: 'plan', parents: ['p'] }, writing },
    });
    const ended = fold(planBegins('p.1'), proposes, writes, planEnds('p.1', landed, false));
    expect([look(ended), parent(ended)?.proposed]).toEqual([undefined, undefined]);
  });

  it('keeps what its look knew when it is applied at once', () => {
    const { run: _, ...own } = writes;
    expect(look(fold(planBegins('p.1'), own))).toMatchObject({ base: 'c1', provider: 'codex', run: 'run', writing });
  });

  it('waits as before when applying it was interrupted', () => {
    expect(parent(fold(planBegins('p.1'), proposes, writes, cutOff))?.proposed).toBe('p.1');
    const history = fold(planBegins('p.1'), holds, writes, cutOff);
    expect([look(history), [...history.planner.held.keys()]]).toEqual([undefined, ['p.1']]);
  });

  it('is not applied any more when a person rejects it', () => {
    const rejects = { type: 'plan.rejected', inquiry: 'p.1', parents: ['p'], reason: 'no' };
    expect(fold(planBegins('p.1'), holds, rejects).planner.held.size).toBe(0);
    expect(parent(fold(planBegins('p.1'), proposes, rejects))?.proposed).toBeUndefined();
  });
});

describe('a look that goes on', () => {
  it('is known with its latest sign of life, and gone when it has ended', () => {
    const began = planBegins('p.1');
    const sign = { type: 'inquiry.progress', inquiry: 'p.1', text: 'reading' };
    expect(fold(began, sign).inquiries.get('p.1' as InquiryId)).toMatchObject({
      about: { kind: 'plan', parents: ['p'] },
      provider: 'codex',
      lastEvent: { at: 1, text: 'reading' },
    });
    expect(fold(began, sign, planEnds('p.1', refused, true)).inquiries.size).toBe(0);
  });

  it('that ended with an answer shows that its provider works', () => {
    const paused = { type: 'provider.paused', provider: 'codex', until: 9, reason: '429' };
    const pauses = (...events: readonly Event[]) => fold(paused, ...events).providers.get('codex')?.pausesInARow;
    expect(pauses(planBegins('p.1'), planEnds('p.1', refused, true))).toBe(0);
    expect(pauses(planBegins('p.1'), planEnds('p.1', { status: 'interrupted', reason: '' }, false))).toBe(1);
  });
});

describe('a pass', () => {
  const begins: Event = { type: 'pass.started', inquiry: 'pass-todo.1', pass: 'todo', fence: 1, base: 'c1' };
  const ends = (outcome: Event, counts: boolean): Event => ({
    type: 'pass.ended',
    inquiry: 'pass-todo.1',
    pass: 'todo',
    outcome,
    counts,
  });
  const found = ends({ status: 'found', proposed: 2 }, true);
  const source = { type: 'pass', passId: 'todo' };
  const added: Event = { type: 'task.added', task: 'a', title: 'A', source };
  const rejected: Event = { type: 'candidate.rejected', title: 'B', reason: 'known', source };
  const pass = (...events: readonly Event[]) => fold(...events).passes.get('todo');

  it('has had a fruitless turn until one of its candidates is admitted', () => {
    expect(pass(begins, found)).toMatchObject({ turns: 1, fruitlessInARow: 1, base: 'c1', endedAt: 1 });
    expect(pass(begins, found, rejected)?.fruitlessInARow).toBe(1);
    expect(pass(begins, found, rejected, added)?.fruitlessInARow).toBe(0);
    expect(pass(begins, added, found)?.fruitlessInARow).toBe(0);
    expect(pass(begins, added, found, begins, found)?.fruitlessInARow).toBe(1);
  });

  it('has had no turn when it was cut off', () => {
    expect(pass(begins, ends({ status: 'interrupted', reason: '' }, false))).toEqual({
      turns: 0,
      fruitlessInARow: 0,
      isFruitful: false,
      outcome: { status: 'interrupted', reason: '' },
    });
  });

  it('has looked at a commit only when it looked to the end', () => {
    expect(pass(begins, ends({ status: 'refused', reason: '' }, true))?.base).toBeUndefined();
  });

  it('has the rate at which its candidates are admitted, and rejected ones are remembered', () => {
    const { admissions, rejected: known } = fold(added, rejected, rejected, added);
    expect(admissions.get(originOf({ type: 'pass', passId: 'todo' }))).toHaveLength(4);
    expect(acceptanceRate(admissions.get('pass/todo') ?? [])).toBe(0.5);
    expect(acceptanceRate([])).toBeUndefined();
    expect(known.map(({ title }) => title)).toEqual(['B', 'B']);
  });

  it('is not blamed for a candidate of which only the number was wrong', () => {
    const { admissions, rejected: known } = fold({ ...rejected, mayComeAgain: true });
    expect([admissions.size, known.length]).toEqual([0, 0]);
  });
});

it('nothing is known of anything at first', () => {
  expect(fold()).toEqual(EMPTY_HISTORY);
});
