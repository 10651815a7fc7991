import type { JournalEntry, Lease } from '@backlog-runner/contracts';
import { taskFixture } from '@backlog-runner/testkit';
import { describe, expect, test } from 'vitest';
import type { LandingFacts, VerifyFacts } from './verify/facts.ts';
import { verify } from './verify.ts';

type Loose = Readonly<Record<string, unknown>>;
const MAIN = 'refs/heads/main';

function entriesOf(events: readonly Loose[]): readonly JournalEntry[] {
  const seqs = new Map<unknown, number>();
  return events.map((event, at) => {
    const run = event.run ?? 'r';
    const seq = (seqs.get(run) ?? 0) + 1;
    seqs.set(run, seq);
    return { at, run, seq, ...event } as unknown as JournalEntry;
  });
}
const runStarted = (run = 'r') => ({ type: 'run.started', version: '1', workers: 1, branch: MAIN, host: 'h', run });
const runEnded = (run = 'r') => ({ type: 'run.ended', reason: 'done', run });
const started = (task: string, fence: number, run = 'r') => ({
  ...{ type: 'attempt.started', attempt: `${task}.${fence}`, task, fence, tryNumber: 1, role: 'code', run },
  ...{ provider: 'codex', base: 'b', question: 'q' },
});
const retained = (attempt: string) => {
  const ref = `refs/backlog-runner/attempts/${attempt.replace('.', '/')}`;
  return { type: 'attempt.retained', attempt, ref, commit: `kept-${attempt}`, base: 'b', files: 1 };
};
const ended = (attempt: string, result: Loose, run = 'r') => ({
  ...{ type: 'attempt.ended', attempt, task: attempt.split('.')[0], result, counts: false, run },
});
const landed = (attempt: string, commit: string) => ({
  ...{ type: 'task.landed', task: attempt.split('.')[0], attempt, commit, branch: MAIN },
});
const refused = { status: 'refused', by: 'validation', reason: 'no' };
const lease = (fence: number, resources: readonly string[], holder = 'r') =>
  ({ fence, resources, holder, grantedAt: 0, expiresAt: 9 }) as unknown as Lease;
const landing = (attempt: string, commit: string, facts: Partial<Record<keyof LandingFacts, unknown>> = {}) => {
  const task = attempt.split('.')[0];
  const path = `backlog/tasks/${task}.yaml`;
  return {
    ...{
      commit,
      task,
      attempt,
      reverted: false,
      isCopied: false,
      parents: ['p'],
      paths: ['src/a', path],
      protectedPaths: [path],
    },
    ...{ taskFile: { path, state: 'done', before: 'ready' }, sinceValidated: [path] },
    ...{ validatedTreeIsGone: false, laterClaims: [], ...facts },
  } as unknown as LandingFacts;
};

/** What git makes of a landing when a person picks, rebases or amends it. */
const COPY = { isCopied: true, sinceValidated: ['src/other'], protectedPaths: ['backlog.config.mjs'] };
const ENDED_THERE = ended('a.5', { status: 'landed', commit: 'c5' }, 's');
const mergedLanding = { ...landed('a.5', 'c5'), branch: 'refs/heads/side', run: 's' };

const plan = (id: string, commit: string, facts: object = {}) => ({
  ...{ plan: id, commit, reverted: false, parents: ['p'], paths: ['backlog/tasks/p.yaml', 'backlog/tasks/q.yaml'] },
  ...facts,
});

const STORY = [
  ...[runStarted(), started('a', 1), retained('a.1'), landed('a.1', 'c1')],
  ...[ended('a.1', { status: 'landed', commit: 'c1' }), runEnded()],
];
const kept = { attempt: 'a.1', ref: 'refs/backlog-runner/attempts/a/1', commit: 'kept-a.1', standing: 'kept' };

/** One task landed in one run, and everything is as it should be; but for what is given. */
function factsWith(changes: Partial<Record<keyof VerifyFacts, unknown>> & { readonly events?: readonly Loose[] } = {}) {
  const { events = STORY, ...facts } = changes;
  return {
    ...{ now: 100, branch: MAIN, entries: entriesOf(events), damagedLines: 0, leases: [], earlierLeases: [] },
    ...{ tasks: [taskFixture({ id: 'a', state: 'done' })], fences: new Map([['a', 1]]), retained: [kept] },
    ...{ landings: [landing('a.1', 'c1')], plans: [plan('p.2', 'c2')], broughtFiles: new Set(['a']) },
    ...{ landingsBegun: [], borrower: undefined, processes: [] },
    ...{ worktrees: [{ name: 'w1', state: 'free', attempt: 'a.1' }], ...facts },
  } as unknown as VerifyFacts;
}
const broken = (facts: VerifyFacts) =>
  verify(facts).flatMap(({ promise, findings }) => findings.map((finding) => `${promise}: ${finding}`));
const notes = (facts: VerifyFacts) => verify(facts).flatMap((one) => one.notes);

const EMPTY = factsWith({
  ...{
    events: [],
    tasks: [],
    fences: new Map(),
    retained: [],
    landings: [],
    plans: [],
    broughtFiles: new Set(),
    worktrees: [],
  },
});

describe('verify', () => {
  test.each([
    ['an empty repository', EMPTY],
    ['a task that landed', factsWith()],
  ])('finds nothing wrong with %s, and says what it cannot prove', (_claim, facts) => {
    const verdicts = verify(facts);
    expect(verdicts.map(({ promise }) => promise)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(broken(facts)).toEqual([]);
    expect(verdicts.filter(({ status }) => status === 'not-provable').map(({ promise }) => promise)).toEqual([8]);
    for (const { limits } of verdicts) expect(limits).not.toBe('');
  });

  test('takes what a living runner has open for work in progress', () => {
    const events = [runStarted(), started('a', 1), retained('a.1')];
    const live = [
      lease(1, ['task/a']),
      lease(2, ['runner/r']),
      lease(3, ['workspace/w1']),
      lease(4, [`landing/${encodeURIComponent(MAIN)}`]),
    ];
    const worktrees = [{ name: 'w1', state: 'open', attempt: 'a.1' }];
    const tasks = [taskFixture({ id: 'a' })];
    const processes = [{ run: 'r', pid: 7 }];
    const facts = { events, tasks, worktrees, processes, landingsBegun: ['c1'], broughtFiles: new Set() };
    expect(broken(factsWith({ ...facts, leases: live }))).toEqual([]);
    expect(broken(factsWith({ ...facts, earlierLeases: live }))).toEqual([]);
    expect(broken(factsWith(facts))).not.toEqual([]);
  });

  test('blames no run for an attempt that another one closed', () => {
    const died = ended('a.1', { status: 'interrupted', reason: 'its runner died' }, 's');
    const own = [runStarted(), started('a', 1), started('a', 2), ended('a.2', refused), runEnded()];
    const events = [...own.slice(0, 2), runStarted('s'), died, runEnded('s'), ...own.slice(2)];
    const facts = { events, landings: [], tasks: [taskFixture({ id: 'a' })], fences: new Map([['a', 2]]) };
    const overlaps = broken(factsWith(facts)).filter((finding) => finding.startsWith('1:'));
    expect(overlaps).toEqual([]);
  });

  const again = [...STORY.slice(0, -1), started('a', 5), runEnded()];
  const twoLandings = (newer: Partial<Record<keyof LandingFacts, unknown>>, older = {}) => ({
    ...{ landings: [landing('a.5', 'c5', newer), landing('a.1', 'c1', older)], fences: new Map([['a', 5]]) },
    events: [
      ...STORY.slice(0, -1),
      started('a', 5),
      retained('a.5'),
      landed('a.5', 'c5'),
      ended('a.5', { status: 'landed', commit: 'c5' }),
      runEnded(),
    ],
    retained: [kept, { ...kept, attempt: 'a.5' }],
  });
  const closed = { taskFile: { path: 'backlog/tasks/a.yaml', state: 'done', before: 'done' } };
  const seen = { laterClaims: [{ attempt: 'a.5', holdsLanding: true }] };

  test.each<[string, Parameters<typeof factsWith>[0], RegExp]>([
    [
      'two live leases of one task',
      { leases: [lease(8, ['task/x'], 's'), lease(9, ['task/x'], 's')] },
      /^1: the leases 8 and 9/,
    ],
    [
      'a live lease older than a claim',
      { leases: [lease(8, ['task/a'], 's')], fences: new Map([['a', 9]]) },
      /^1: a is leased under 8/,
    ],
    [
      'a fence granted twice',
      {
        events: [...STORY, started('b', 1, 's'), runStarted('s'), runEnded('s')],
        fences: new Map([
          ['a', 1],
          ['b', 1],
        ]),
      },
      /^1: the fence 1 was granted twice/,
    ],
    [
      'a second attempt before the first ended',
      {
        events: [runStarted(), started('a', 1), started('a', 2), runEnded()],
        landings: [],
        fences: new Map([['a', 2]]),
      },
      /^1: a\.2 began before/,
    ],
    [
      'a fence that did not grow',
      {
        events: [
          runStarted(),
          started('a', 3),
          ended('a.3', { status: 'interrupted', reason: 'r' }),
          started('a', 2),
          runEnded(),
        ],
        fences: new Map([['a', 3]]),
      },
      /^1: a\.2 follows a\.3/,
    ],
    [
      'a landing after a newer claim',
      {
        events: again,
        fences: new Map([['a', 5]]),
        landings: [landing('a.1', 'c1', { laterClaims: [{ attempt: 'a.5', holdsLanding: false }] })],
      },
      /^2: a landed as c1 by a\.1 after a\.5/,
    ],
    ['a fence ref that went back', { fences: new Map([['a', 0]]) }, /^2: the fence ref of a holds nothing/],
    ['two landings of one task', twoLandings(closed), /^3: a landed as c1 and as c5, and neither/],
    [
      'two landings though the second saw the first, where files do not come along',
      { ...twoLandings(closed, seen), broughtFiles: new Set() },
      /^3: a landed as c1 and as c5/,
    ],
    [
      'a landing that does not say done',
      { landings: [landing('a.1', 'c1', { taskFile: { path: 'backlog/tasks/a.yaml', state: 'ready' } })] },
      /^3: c1 lands a but says ready/,
    ],
    [
      'a landing that is a merge',
      { landings: [landing('a.1', 'c1', { parents: ['p', 'q'] })] },
      /^3: c1 lands a with 2 parents/,
    ],
    [
      'a landing the journal does not tell of',
      { events: STORY.filter(({ type }) => type !== 'task.landed') },
      /^3: a landed as c1, and the journal/,
    ],
    [
      'a plan that landed twice',
      { plans: [plan('p.2', 'c3'), plan('p.2', 'c2')] },
      /^3: the plan p\.2 landed as c2 and as c3/,
    ],
    [
      'a plan that brought code',
      { plans: [plan('p.2', 'c2', { paths: ['src/x', 'backlog/tasks/p.yaml'] })] },
      /^4: the plan p\.2 landed as c2 and changed more than tasks: src\/x/,
    ],
    [
      'a landing with more than was validated',
      { landings: [landing('a.1', 'c1', { sinceValidated: ['src/b'] })] },
      /^4: a landed as c1 with changes that were not validated: src\/b/,
    ],
    [
      'a landing without validation',
      { landings: [landing('a.1', 'c1', { sinceValidated: undefined })] },
      /^4: a landed as c1, and no validation/,
    ],
    [
      'a retained commit that is gone',
      { retained: [{ ...kept, standing: 'missing' }] },
      /^5: the commit kept-a\.1 of a\.1/,
    ],
    [
      'a ref that does not hold what was retained',
      { retained: [{ ...kept, standing: 'unreachable' }] },
      /^5: refs\/backlog-runner\/attempts\/a\/1 does not hold/,
    ],
    [
      'refused work that was not retained',
      {
        events: [...STORY.slice(0, -1), started('a', 2), ended('a.2', refused), runEnded()],
        fences: new Map([['a', 2]]),
      },
      /^5: a\.2 wrote something/,
    ],
    [
      'landed work that was not retained',
      { events: STORY.filter(({ type }) => type !== 'attempt.retained') },
      /^5: a\.1 wrote something/,
    ],
    ['a landing that was cut short', { landingsBegun: ['c9'] }, /^6: the landing of c9/],
    ['a checkout that an attempt borrowed', { borrower: 'a.1' }, /^6: the checkout still shows the work of a\.1/],
    ['a fence ref that holds no fence', { fences: new Map([['a', Number.NaN]]) }, /^2: refs\/.*\/a does not hold/],
    [
      'a second landing of one attempt that the runner made itself',
      { landings: [landing('a.1', 'c5', closed), landing('a.1', 'c1')] },
      /^3: a landed as c1 and as c5, and neither/,
    ],
    [
      'a landing that changed the judge',
      { landings: [landing('a.1', 'c1', { protectedPaths: ['backlog.config.mjs'] })] },
      /^7: a landed as c1 and changed backlog\.config\.mjs/,
    ],
    [
      'two events with one number',
      { entries: [...entriesOf(STORY), ...entriesOf([runEnded()])] },
      /^9: the run r recorded two events as number 1/,
    ],
    [
      'a landed task that is open where files do not come along',
      { tasks: [taskFixture({ id: 'a' })], broughtFiles: new Set() },
      /^9: a landed as c1 and is ready/,
    ],
    [
      'a reverted task that is done where files do not come along',
      { landings: [landing('a.1', 'c1', { reverted: true })], broughtFiles: new Set() },
      /^9: a is done, but its landing/,
    ],
    ['a run that died', { events: STORY.slice(0, -1) }, /^10: the run r died/],
    ['a process of a run that is over', { processes: [{ run: 'r', pid: 7 }] }, /^10: the process 7/],
    [
      'a lease of a run that is over',
      { leases: [lease(9, ['workspace/w1'])] },
      /^10: the run r is over and still holds/,
    ],
    [
      'a worktree with work of a run that is over',
      { worktrees: [{ name: 'w1', state: 'open', attempt: 'a.1' }] },
      /^10: the worktree w1 still holds/,
    ],
    [
      'more worktrees than any run needed',
      { worktrees: ['w1', 'w2', 'w3'].map((name) => ({ name, state: 'free' })) },
      /^10: there are 1 worktrees more than the 2/,
    ],
  ])('finds %s', (_claim, changes, finding) => {
    const found = broken(factsWith(changes));
    expect(found).toEqual([expect.stringMatching(finding)]);
  });

  test.each<[string, Parameters<typeof factsWith>[0], RegExp | undefined]>([
    ['a task that was reopened in a commit and landed again', twoLandings({}), /reopened in between/],
    ['a task that was reopened on disk and landed again', twoLandings(closed, seen), /reopened in between/],
    ['a landing that the user took off the branch', { landings: [] }, /was rewritten without it/],
    [
      'a landing that was reverted and picked back',
      { landings: [landing('a.1', 'c5', COPY), landing('a.1', 'c1', { reverted: true })] },
      /a is on the branch as c5, a copy that git made: not judged/,
    ],
    [
      'a landing that was picked from the branch it is on',
      { landings: [landing('a.1', 'c5', COPY), landing('a.1', 'c1')] },
      /a is on the branch as c5, a copy/,
    ],
    [
      'a landing on another branch that was merged back',
      {
        events: [
          ...STORY,
          runStarted('s'),
          started('a', 5, 's'),
          mergedLanding,
          retained('a.5'),
          ENDED_THERE,
          runEnded('s'),
        ],
        fences: new Map([['a', 5]]),
        landings: [landing('a.5', 'c5'), landing('a.1', 'c1')],
      },
      /a is on the branch as c5, merged from refs\/heads\/side/,
    ],
    [
      'a claim whose attempt was never recorded',
      { fences: new Map([['a', 77]]) },
      /refs\/backlog-runner\/fences\/a holds 77, and no attempt/,
    ],
    [
      'landings of another machine',
      { landings: [landing('a.1', 'c1'), landing('z.9', 'c9')] },
      /1 landings are older than this journal/,
    ],
    [
      'a validated tree that git removed',
      { landings: [landing('a.1', 'c1', { sinceValidated: undefined, validatedTreeIsGone: true })] },
      /git has removed/,
    ],
    [
      'a landing of a task that was edited since',
      { landings: [landing('a.1', 'c1', { protectedPaths: undefined })] },
      /not judged/,
    ],
    [
      'what gc collected',
      {
        retained: [{ ...kept, standing: 'missing' }],
        events: [...STORY.slice(0, -1), { type: 'attempt.collected', attempt: 'a.1', ref: 'r' }, runEnded()],
      },
      undefined,
    ],
    [
      'a landing that changes nothing but the task',
      { landings: [landing('a.1', 'c1', { paths: ['backlog/tasks/a.yaml'], sinceValidated: undefined })] },
      undefined,
    ],
    ['a task that was reopened by hand', { tasks: [taskFixture({ id: 'a' })] }, /reopened by hand/],
    [
      'a failed task that was edited since',
      {
        tasks: [taskFixture({ id: 'b' })],
        events: [...STORY.slice(0, -1), { type: 'task.failed', task: 'b', reason: 'r' }, runEnded()],
      },
      /edited since/,
    ],
    ['lines that cannot be read', { damagedLines: 2 }, /2 lines/],
    [
      'events that could not be written',
      {
        entries: entriesOf(STORY).filter(({ seq }) => seq !== 3),
        retained: [],
        landings: [landing('a.1', 'c1', { paths: [] })],
      },
      /1 events of the run r/,
    ],
    ['the presence of a run that just ended', { leases: [lease(9, ['runner/r'])] }, undefined],
  ])('breaks no promise over %s', (_claim, changes, note) => {
    const facts = factsWith(changes);
    expect(broken(facts)).toEqual([]);
    expect(notes(facts)).toEqual(note ? [expect.stringMatching(note)] : []);
  });

  test('names attempts that died with their runner', () => {
    const events = [runStarted(), started('a', 1), runEnded()];
    const facts = factsWith({ events, retained: [], landings: [], tasks: [taskFixture({ id: 'a' })] });
    expect(notes(facts)).toEqual([expect.stringMatching(/^a\.1 was cut off/)]);
  });
});
