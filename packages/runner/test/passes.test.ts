import type { Admission, BacklogEvent, DiscoveryPass, EpochMs } from '@backlog-runner/contracts';
import { taskFixture } from '@backlog-runner/testkit';
import { describe, expect, test } from 'vitest';
import { discovery, HOUR, passPolicy, passWith, plannerWith, planning, proposal } from './looks.ts';
import { done, world } from './world.ts';

const todo = passPolicy('todo');
const policy = { discovery: discovery(todo) };

/** Refuses every title that is known. */
const byTitle: Admission = {
  admit: (candidates, { tasks, rejected }) =>
    candidates.map((candidate) => {
      const twin = tasks.find(({ title }) => title === candidate.title);
      if (twin) return { status: 'rejected', candidate, reason: 'It is there.', duplicateOf: twin.id };
      const isKnown = rejected.some(({ title }) => title === candidate.title);
      return isKnown
        ? { status: 'rejected', candidate, reason: 'It was refused before.' }
        : { status: 'admitted', candidate };
    }),
};

/** These at the first look, and nothing more. */
const once =
  (...titles: string[]) =>
  () =>
    titles.splice(0).map((title) => proposal(title));

describe('a pass', () => {
  test('finds work when there is little to do, which is then done, and is not due again at once', async () => {
    const w = world({ tasks: [taskFixture({ id: 'a' })], passes: [passWith('todo', once('Found'))] });
    const [summary] = await w.work(w.runner('run-a', policy));
    expect(summary?.reason).toBe('the backlog is worked off');
    const { tasks } = await w.store.read();
    expect(tasks.find(({ title }) => title === 'Found')).toMatchObject({
      state: 'done',
      source: { type: 'pass', passId: 'todo' },
    });
    expect(w.events('pass.ended')).toMatchObject([{ pass: 'todo', outcome: { status: 'found', proposed: 1 } }]);
    expect(w.events('task.added')).toMatchObject([{ source: { type: 'pass', passId: 'todo' } }]);
    expect(await w.leases.list()).toEqual([]);
    expect(w.repository.directories.size).toBe(0);
    expect(w.clock.pendingTimers).toBe(0);
  });

  test('waits while there is enough to do, unless it keeps its own time', async () => {
    const passes = [passWith('todo', () => []), passWith('daily', () => [])];
    const tasks = ['a', 'b', 'c'].map((id) => taskFixture({ id }));
    const w = world({ tasks, passes });
    const scheduled = passPolicy('daily', { trigger: 'schedule' });
    await w.work(w.runner('run-a', { workers: 1, discovery: discovery(todo, scheduled) }));
    const begun = w.told.flatMap((entry) =>
      entry.type === 'pass.started' ? [entry.pass] : entry.type === 'attempt.started' ? [entry.task] : [],
    );
    expect(begun).toEqual(['a', 'b', 'c', 'todo', 'daily']);
    const idle = world({ tasks, passes });
    await idle.work(idle.runner('run-a', { workers: 4, discovery: discovery(todo, scheduled) }));
    const first = idle.told.filter(({ type }) => type === 'pass.started' || type === 'attempt.ended');
    expect(first[0]).toMatchObject({ pass: 'daily' });
  });

  test('that only a person starts is never due', async () => {
    const w = world({ tasks: [], passes: [passWith('todo', () => [])] });
    await w.work(w.runner('run-a', { discovery: discovery(passPolicy('todo', { trigger: 'manual' })) }));
    expect(w.events('pass.started')).toEqual([]);
  });

  test('is told what is known: tasks and what was refused', async () => {
    const seen: unknown[] = [];
    const pass: DiscoveryPass = {
      contract: 'discovery-pass@1',
      id: 'todo',
      asksAgent: false,
      find: async ({ known, maxCandidates }) => {
        seen.push([known.tasks.map(({ id }) => id), known.rejected.map(({ title }) => title), maxCandidates]);
        return { status: 'found', candidates: [] };
      },
    };
    const w = world({ tasks: [taskFixture({ id: 'a', state: 'done' })], passes: [pass] });
    await w.journalOf('run-0').append({
      type: 'candidate.rejected',
      title: 'Old',
      reason: 'no',
      source: { type: 'task-followup' },
    });
    await w.work(w.runner('run-a', policy));
    expect(seen).toEqual([[['a'], ['Old'], 3]]);
  });

  test('that asks no agent gets a working copy in which commands can be run, and needs no provider', async () => {
    const requests: unknown[] = [];
    const pass: DiscoveryPass = {
      contract: 'discovery-pass@1',
      id: 'todo',
      asksAgent: false,
      find: async (_request, inquiry) => {
        const outcome = await inquiry.ask({ instructions: '', prompt: '', outputSchema: {} });
        requests.push(outcome);
        return { status: 'found', candidates: [] };
      },
    };
    const w = world({ tasks: [], passes: [pass] });
    await w.work(w.runner('run-a', policy));
    expect(requests).toMatchObject([{ status: 'failed', failure: { message: 'no agent is configured for it' } }]);
    expect(w.events('pass.started')[0]).not.toHaveProperty('provider');
  });

  test('that touches files is refused, and nothing it found is taken', async () => {
    const w = world({
      tasks: [],
      passes: [passWith('todo', once('Found'))],
      codex: () => ({ files: { 'src/x': 'mine' } }),
    });
    await w.work(w.runner('run-a', policy));
    expect(w.events('pass.ended')).toMatchObject([{ outcome: { status: 'refused' }, counts: true }]);
    expect((await w.store.read()).tasks).toEqual([]);
    expect([...w.repository.refs.keys()]).toContainEqual(expect.stringContaining('attempts/pass-todo/'));
  });

  test('that breaks ends its turn, and the runner goes on', async () => {
    const pass = passWith('todo', () => {
      throw new Error('a bug');
    });
    const w = world({ tasks: [taskFixture({ id: 'a' })], passes: [pass] });
    const [summary] = await w.work(w.runner('run-a', policy));
    expect(summary?.landed).toEqual(['a']);
    expect(w.events('pass.ended')).toMatchObject([{ outcome: { status: 'inconclusive', reason: 'a bug' } }]);
  });

  test('is cut off by a stop, and has then had no turn', async () => {
    const drain = new AbortController();
    const pass: DiscoveryPass = {
      ...passWith('todo', () => []),
      find: async (_request, { signal }) => {
        drain.abort();
        expect(signal.aborted).toBe(true);
        return { status: 'found', candidates: [proposal('Half')] };
      },
    };
    const w = world({ tasks: [], passes: [pass] });
    await w.untilSettled(w.runner('run-a', policy).work({ drain: drain.signal }));
    expect(w.events('pass.ended')).toMatchObject([{ outcome: { status: 'interrupted' }, counts: false }]);
    expect(await w.leases.list()).toEqual([]);
    expect(w.history().passes.get('todo')).toMatchObject({ turns: 0 });
  });

  test('is taken by one runner at a time', async () => {
    const w = world({ tasks: [], passes: [passWith('todo', once('Found'))] });
    await w.work(w.runner('run-a', policy), w.runner('run-b', policy));
    expect(w.events('pass.started')).toHaveLength(1);
  });

  test('of a runner that died is closed and has had no turn', async () => {
    const w = world({ tasks: [], passes: [passWith('todo', () => [])] });
    const journal = w.journalOf('run-dead');
    await journal.append({ type: 'run.started', version: '0', workers: 1, branch: 'refs/heads/main', host: 'here' });
    const started = { type: 'pass.started', inquiry: 'pass-todo.1', pass: 'todo', fence: 1, base: 'c' };
    await journal.append(started as unknown as BacklogEvent);
    await w.work(w.runner('run-a', policy));
    expect(w.events('pass.ended').map(({ outcome }) => outcome.status)).toEqual(['interrupted', 'found']);
  });

  test('rests with its provider, and with `once` nobody waits for it', async () => {
    const retryAt = (Date.UTC(2026, 0, 1) + HOUR) as EpochMs;
    const failure = { kind: 'rate-limited', message: '429', retryAt } as const;
    const w = world({ tasks: [], passes: [passWith('todo', () => [])], codex: () => ({ status: 'failed', failure }) });
    await w.work(w.runner('run-a', policy));
    expect(w.events('pass.ended')).toMatchObject([{ outcome: { status: 'agent-failed' }, counts: false }]);
    expect(w.events('provider.paused')).toHaveLength(1);
  });
});

describe('admission', () => {
  test('is the same for passes, follow-ups and the inbox, and each refusal is recorded with its reason', async () => {
    const w = world({
      tasks: [taskFixture({ id: 'a', title: 'Known' })],
      admission: byTitle,
      passes: [passWith('todo', once('Known', 'By a pass'))],
      codex: (request) =>
        request.origin.task === 'a'
          ? { ...(done(request) as object), answer: { candidates: [proposal('Known'), proposal('By a task')] } }
          : done(request),
    });
    w.inbox.append(JSON.stringify({ title: 'Known' }));
    await w.inbox.propose([
      { ...taskFixture({ title: 'Known' }), source: { type: 'pass', passId: 'elsewhere' }, dependsOn: [] },
    ]);
    await w.work(w.runner('run-a', policy));
    const { tasks } = await w.store.read();
    expect(tasks.map(({ title }) => title).sort()).toEqual(['By a pass', 'By a task', 'Known']);
    expect(
      w.events('candidate.rejected').map(({ source, reason, duplicateOf }) => [source, reason, duplicateOf]),
    ).toEqual(
      expect.arrayContaining([
        [{ type: 'pass', passId: 'elsewhere' }, 'It is there.', 'a'],
        [{ type: 'task-followup' }, 'It is there.', 'a'],
        [{ type: 'pass', passId: 'todo' }, 'It is there.', 'a'],
      ]),
    );
    // What a person wrote is only refused when it is there already.
    expect(w.events('inbox.duplicate')).toMatchObject([{ title: 'Known', of: 'a' }]);
  });

  test('takes no more of one turn than it may find, and what is too much is no fault', async () => {
    const w = world({ tasks: [], passes: [passWith('todo', once('1', '2', '3', '4', '5'))] });
    await w.work(w.runner('run-a', policy));
    expect((await w.store.read()).tasks).toHaveLength(3);
    expect(w.events('candidate.rejected')).toMatchObject([{ mayComeAgain: true }, { mayComeAgain: true }]);
    expect(w.history().rejected).toEqual([]);
  });

  test('knows how many of a pass were admitted today, those of this very moment too', async () => {
    const counts: unknown[] = [];
    const w = world({
      tasks: [],
      passes: [passWith('todo', once('1', '2', '3'))],
      admission: {
        admit: ([candidate], { pass, admittedToday, capPerDay }) => {
          counts.push([pass, admittedToday, capPerDay]);
          return candidate ? [{ status: 'admitted', candidate }] : [];
        },
      },
    });
    await w.work(w.runner('run-a', policy));
    expect(counts).toEqual([0, 1, 2].map((today) => ['todo', today, 10]));
  });
});

describe('over a simulated day', () => {
  /** Runs for a day without `once`, and counts how often an agent was asked. */
  async function asksInADay(options: Omit<Parameters<typeof world>[0], 'codex'>, rules: object): Promise<number> {
    let asks = 0;
    const w = world({
      ...options,
      codex: (request) => {
        asks += 1;
        return done(request);
      },
    });
    const drain = new AbortController();
    const work = w.runner('run-a', { once: false, leaseTtlMs: 2 * HOUR, ...rules }).work({ drain: drain.signal });
    w.clock.after(24 * HOUR, () => drain.abort());
    await w.untilSettled(work);
    expect(w.clock.pendingTimers).toBe(0);
    return asks;
  }

  test('an idle backlog costs nothing but one look of each pass', async () => {
    const passes = [passWith('todo', () => []), passWith('other', () => [])];
    const rules = { discovery: discovery(passPolicy('todo', { everyMs: 60_000 }), passPolicy('other')) };
    expect(await asksInADay({ tasks: [], passes }, rules)).toBe(2);
    expect(await asksInADay({ tasks: [taskFixture({ id: 'a', state: 'done' })], passes }, rules)).toBe(2);
  });

  test('a pass of which nothing is admitted costs no more', async () => {
    const passes = [passWith('todo', () => [proposal('Known')])];
    const rules = { discovery: discovery(passPolicy('todo', { everyMs: 60_000 })) };
    const tasks = [taskFixture({ id: 'a', title: 'Known', state: 'done' })];
    expect(await asksInADay({ tasks, passes, admission: byTitle }, rules)).toBe(1);
  });

  test('a pass that keeps its own time slows down while nothing comes of it', async () => {
    const passes = [passWith('todo', () => [])];
    const rules = { discovery: discovery(passPolicy('todo', { trigger: 'schedule', everyMs: HOUR })) };
    // After 0, 2, 6 and 14 hours; the next one would be after 30.
    expect(await asksInADay({ tasks: [], passes }, rules)).toBe(4);
  });

  test('a pass that fails slows down too', async () => {
    const passes = [passWith('todo', () => 'no JSON')];
    const rules = { discovery: discovery(passPolicy('todo', { everyMs: HOUR })) };
    expect(await asksInADay({ tasks: [], passes }, rules)).toBe(4);
  });

  test('a task that nobody can plan costs as many looks as it has tries', async () => {
    const tasks = [taskFixture({ id: 'a', state: 'planned' })];
    const planner = plannerWith(() => 'no idea');
    expect(await asksInADay({ tasks, planner }, { planner: planning })).toBe(2);
  });

  test('a pass that finds and finds is held back by its cap', async () => {
    let count = 0;
    const passes = [
      passWith('todo', () => {
        count += 1;
        return [proposal(`Idea ${count}`)];
      }),
    ];
    const rules = { discovery: discovery(passPolicy('todo', { everyMs: 60_000, maxPerDay: 5 })) };
    // Five looks and the five tasks they found.
    expect(await asksInADay({ tasks: [], passes }, rules)).toBe(10);
  });
});
