import {
  type BacklogEvent,
  foldHistory,
  type JournalEntry,
  type Lease,
  type ReportInput,
  type SpecProblem,
  type Task,
} from '@backlog-runner/contracts';

/** Plain strings where the contracts have types of their own, so that stories read well. */
type Plain<Value> = Value extends string
  ? string
  : Value extends number
    ? number
    : Value extends readonly (infer Item)[]
      ? readonly Plain<Item>[]
      : Value extends object
        ? { readonly [Key in keyof Value]: Plain<Value[Key]> }
        : Value;
type PlainEvent<Event = BacklogEvent> = Event extends unknown
  ? Plain<Event> & { type: Event extends { type: infer T } ? T : never }
  : never;

export const NOW = Date.UTC(2026, 0, 1, 12);

export function task(id: string, facts: Partial<Plain<Task>> = {}): Task {
  const plain: Plain<Task> = {
    id,
    title: `Do ${id}`,
    state: 'ready',
    priority: 'normal',
    kind: 'implementation',
    dependsOn: [],
    touchPaths: [`src/${id}`],
    capabilities: [],
    acceptanceCriteria: [],
    statusNotes: [],
    source: { type: 'manual' },
    path: `backlog/tasks/${id}.yaml`,
    revision: '1',
    ...facts,
  };
  return plain as Task;
}

export function entries(events: readonly (PlainEvent & { at?: number; run?: string })[]): readonly JournalEntry[] {
  return events.map((event, seq) => ({ at: NOW - 60_000 + seq, run: 'run1', seq, ...event })) as JournalEntry[];
}

export function entry(event: PlainEvent & { at?: number; run?: string }): JournalEntry {
  const [only] = entries([event]);
  if (!only) throw new Error('One event makes one entry.');
  return only;
}

export function lease(fence: number, ...resources: string[]): Lease {
  return { fence, resources, holder: 'run1', grantedAt: NOW - 90_000, expiresAt: NOW + 20_000 } as unknown as Lease;
}

export interface Story {
  readonly tasks?: readonly Task[];
  readonly problems?: readonly Plain<SpecProblem>[];
  readonly events?: Parameters<typeof entries>[0];
  readonly leases?: readonly Lease[];
}

export function story({ tasks = [], problems = [], events = [], leases = [] }: Story): ReportInput {
  return {
    backlog: { tasks, problems: problems as readonly SpecProblem[] },
    history: foldHistory(entries(events)),
    leases,
    now: NOW,
  } as ReportInput;
}

/** One of everything. */
export function fullStory(): ReportInput {
  return story({
    tasks: [
      task('ready1', { priority: 'high' }),
      task('tried1'),
      task('running1'),
      task('claimed1'),
      task('waiting1', { dependsOn: ['ready1'] }),
      task('overlap1', { touchPaths: ['src/running1/ui'] }),
      task('deferred1'),
      task('stuck1', { dependsOn: ['nowhere'] }),
      task('stuck2', { dependsOn: ['broken1'] }),
      task('held1'),
      task('failed1', { state: 'failed', statusNotes: ['first', 'the tests never passed'] }),
      task('planned1', { state: 'planned' }),
      task('vague1', { state: 'planned' }),
      task('done1', { state: 'done' }),
      task('done2', { state: 'done', updatedAt: '2025-12-01T00:00:00Z' }),
      task('superseded1', { state: 'superseded' }),
    ],
    problems: [{ path: 'backlog/tasks/broken1.yaml', line: 3, column: 7, message: 'state "redy" is none of ready, …' }],
    leases: [
      lease(41, 'task/running1', 'path/src/running1'),
      lease(42, 'task/claimed1', 'path/src/claimed1'),
      lease(7, 'runner/run1'),
      lease(43, 'task/planned1'),
      lease(44, 'pass/todo'),
    ],
    events: [
      { type: 'run.started', version: '1.0.0', workers: 2, branch: 'refs/heads/main', host: 'desk' },
      started('running1', 41),
      { type: 'attempt.progress', attempt: 'running1.41', text: 'edited src/running1/a.ts' },
      started('tried1', 30),
      ended('tried1', 30, { status: 'refused', by: 'validation', reason: '3 tests fail' }, true),
      started('held1', 31),
      ended('held1', 31, { status: 'held', reason: 'it would be overwritten', paths: ['notes.txt'] }, false),
      { type: 'task.deferred', task: 'deferred1', until: NOW + 3_600_000, reason: 'the second try failed' },
      { type: 'task.landed', task: 'done1', attempt: 'done1.5', commit: 'abcdef0123456789', branch: 'refs/heads/main' },
      { type: 'provider.paused', provider: 'claude', until: NOW + 60_000, reason: 'too many requests' },
      {
        ...{ type: 'plan.started', inquiry: 'planned1.43', fence: 43, base: 'base', provider: 'claude' },
        parents: [{ id: 'planned1', question: 'q' }],
      },
      { type: 'inquiry.progress', inquiry: 'planned1.43', text: 'reads src' },
      { type: 'plan.left', task: 'vague1', question: 'q', reason: '2 plans for it came to nothing' },
      { ...passStarted, inquiry: 'pass-todo.40', fence: 40 },
      {
        ...{ type: 'pass.ended', inquiry: 'pass-todo.40', pass: 'todo', counts: true },
        outcome: { status: 'found', proposed: 2 },
      },
      { type: 'task.added', task: 'ready1', title: 'Do ready1', source: { type: 'pass', passId: 'todo' } },
      {
        ...{ type: 'candidate.rejected', title: 'Do it again', reason: '`done1` says the same' },
        source: { type: 'pass', passId: 'todo' },
      },
      { ...passStarted, inquiry: 'pass-todo.44', fence: 44 },
      {
        type: 'provider.stopped',
        provider: 'codex',
        reason: 'not-signed-in',
        message: '401',
        hint: 'type codex login',
      },
    ],
  });
}

const passStarted = { type: 'pass.started', pass: 'todo', base: 'base' } as const;

function started(id: string, fence: number) {
  return {
    type: 'attempt.started' as const,
    attempt: `${id}.${fence}`,
    task: id,
    fence,
    tryNumber: 1,
    role: 'code',
    provider: 'codex',
    model: 'gpt-5.4',
    base: 'base',
    question: 'q',
  };
}

function ended(
  id: string,
  fence: number,
  result: Extract<PlainEvent, { type: 'attempt.ended' }>['result'],
  counts: boolean,
) {
  return { type: 'attempt.ended' as const, attempt: `${id}.${fence}`, task: id, result, counts };
}
