import {
  BacklogError,
  type BacklogEvent,
  type EpochMs,
  type HolderId,
  type Landing,
  resource,
  type TaskId,
} from '@backlog-runner/contracts';
import { taskFixture } from '@backlog-runner/testkit';
import { describe, expect, test } from 'vitest';
import { childCandidate, HOUR, plannerWith, planning, twoEach } from './looks.ts';
import { done, world } from './world.ts';

const vague = (id: string, fields: Parameters<typeof taskFixture>[0] = {}) =>
  taskFixture({ id, state: 'planned', title: id, ...fields });
const planner = plannerWith(twoEach);
const policy = { planner: planning };

const titled = async (w: ReturnType<typeof world>) =>
  Object.fromEntries((await w.store.read()).tasks.map(({ title, state }) => [title, state]));

describe('a vague task', () => {
  test('is planned into others as one commit, which are then done in their order', async () => {
    const w = world({ tasks: [vague('big', { priority: 'high' })], planner });
    const [summary] = await w.work(w.runner('run-a', policy));
    expect(summary?.reason).toBe('the backlog is worked off');
    expect(await titled(w)).toEqual({ big: 'superseded', 'First of big': 'done', 'Second of big': 'done' });
    const [, , plan, ...landed] = w.repository.history().map(({ message }) => message);
    expect(plan).toMatchObject({ subject: 'Plan: big', body: expect.stringContaining('In two steps.') });
    expect(plan?.trailers).toEqual([
      ['Backlog-Plan', expect.stringMatching(/^big\.\d+$/)],
      ['Backlog-Agent', 'codex'],
    ]);
    expect(landed.map(({ subject }) => subject)).toEqual(['First of big', 'Second of big']);
    const { tasks } = await w.store.read();
    expect(tasks.filter(({ source }) => source.type === 'planner-pass').map(({ priority }) => priority)).toEqual([
      'high',
      'high',
    ]);
    expect(tasks.find(({ id }) => id === 'big')?.supersededBy).toHaveLength(2);
  });

  test('holds up what depends on it until all of its children are done', async () => {
    const w = world({
      tasks: [vague('big'), taskFixture({ id: 'after', title: 'after', dependsOn: ['big'] })],
      planner,
    });
    await w.work(w.runner('run-a', policy));
    const subjects = w.repository.history().map(({ message }) => message.subject);
    expect(subjects.slice(-3)).toEqual(['First of big', 'Second of big', 'after']);
  });

  test('is planned by an agent that only reads, as the planner, and whose prompt is kept', async () => {
    const asked: unknown[] = [];
    const w = world({
      tasks: [vague('big')],
      planner,
      codex: (request) => {
        asked.push([request.origin.role, request.access, request.instructions]);
        return request.origin.role === 'planner' ? {} : done(request);
      },
    });
    await w.work(w.runner('run-a', policy));
    expect(asked[0]).toEqual(['planner', 'read-only', 'Only look.']);
    expect(w.prompts[0]).toMatchObject({ attempt: expect.stringMatching(/^big\.\d+$/), turn: 1, text: 'What now?' });
    expect(await w.leases.list()).toEqual([]);
    expect(w.clock.pendingTimers).toBe(0);
    expect(w.repository.directories.size).toBe(0);
  });

  test('is not planned while there is enough to do', async () => {
    const w = world({ tasks: [vague('big'), taskFixture({ id: 'a' })], planner });
    const started: string[] = [];
    await w.work(w.runner('run-a', { planner: { ...planning, readyMark: 1 }, workers: 1 }));
    for (const { type } of w.told) if (type === 'plan.started' || type === 'attempt.started') started.push(type);
    expect(started).toEqual(['attempt.started', 'plan.started', 'attempt.started', 'attempt.started']);
  });

  test('is planned beside running tasks', async () => {
    let planned = false;
    const w = world({
      tasks: [vague('big'), taskFixture({ id: 'a' })],
      planner: plannerWith((parents) => {
        planned = true;
        return twoEach(parents);
      }),
      judge: async ({ task }) => {
        if (task.id !== 'a') return undefined;
        while (!planned) await w.clock.advance(1_000);
        return undefined;
      },
    });
    await w.work(w.runner('run-a', policy));
    expect(await titled(w)).toMatchObject({ 'The task a': 'done', 'Second of big': 'done' });
  });

  test('is left alone when only some tasks are asked for', async () => {
    const w = world({ tasks: [vague('big'), taskFixture({ id: 'a' })], planner });
    await w.work(w.runner('run-a', { ...policy, only: ['a' as TaskId] }));
    expect(w.events('plan.started')).toEqual([]);
  });
});

describe('a task that failed', () => {
  test('goes to the planner once, with why it failed', async () => {
    const reasons: (readonly string[])[] = [];
    const w = world({
      tasks: [taskFixture({ id: 'a', title: 'a' })],
      planner: {
        plan: async ({ parents }) => {
          reasons.push(parents[0]?.reasons ?? []);
          return { status: 'refused', reason: 'nothing better' };
        },
      },
      judge: () => 'never good',
    });
    await w.work(w.runner('run-a', { ...policy, maxTries: 1 }));
    expect(reasons).toEqual([[expect.stringContaining('validation refused it')]]);
    expect(await titled(w)).toEqual({ a: 'failed' });
    await w.work(w.runner('run-b', policy));
    expect(reasons).toHaveLength(1);
  });
});

describe('a plan that is not good', () => {
  test.each([
    ['breaks a rule', plannerWith((parents) => ({ ...twoEach(parents), supersedes: [] })), 'refines none'],
    ['is refused by the planner itself', plannerWith(() => 'no JSON'), 'no JSON'],
    [
      'has a child that cannot be a task',
      plannerWith((parents) => {
        const plan = twoEach(parents);
        const [first, ...rest] = plan.children;
        return {
          ...plan,
          children: first ? [{ ...first, candidate: { ...first.candidate, title: ' ' } }, ...rest] : [],
        };
      }),
      'cannot be a task',
    ],
  ])('because it %s costs a try, rests longer each time, and then a person is told', async (_why, bad, reason) => {
    const w = world({ tasks: [vague('big')], planner: bad });
    const started = w.clock.now();
    const [summary] = await w.work(w.runner('run-a', policy));
    const ended = w.events('plan.ended');
    expect(ended.map(({ outcome, counts }) => [outcome.status, counts])).toEqual([
      ['refused', true],
      ['refused', true],
    ]);
    expect(ended[0]?.outcome).toMatchObject({ reason: expect.stringContaining(reason) });
    expect(ended[1]?.at).toBeGreaterThanOrEqual(started + 60_000);
    expect(w.events('plan.left')).toMatchObject([{ task: 'big', reason: expect.stringContaining(reason) }]);
    expect(summary?.reason).toBe('nothing can move any more: 1 planned');
    expect(await titled(w)).toEqual({ big: 'planned' });
    expect(w.repository.history()).toHaveLength(2);
  });

  test('because files were touched is refused, and what was written is kept', async () => {
    const w = world({ tasks: [vague('big')], planner, codex: () => ({ files: { 'src/x': 'mine' } }) });
    await w.work(w.runner('run-a', policy));
    expect(w.events('plan.ended')[0]?.outcome).toMatchObject({
      status: 'refused',
      reason: expect.stringContaining('src/x'),
    });
    const kept = [...w.repository.refs.keys()].filter((ref) => ref.startsWith('refs/backlog-runner/attempts/big/'));
    expect(kept).toHaveLength(2);
    expect(w.repository.checkout.read('src/x')).toBeUndefined();
  });

  test('for a task that was changed meanwhile is dropped, and the task is planned as it is now', async () => {
    let asked = 0;
    const w = world({
      tasks: [vague('big')],
      planner: plannerWith((parents) => {
        asked += 1;
        if (asked === 1) w.store.edit('big', { title: 'bigger' });
        return twoEach(parents);
      }),
    });
    await w.work(w.runner('run-a', policy));
    expect(w.events('plan.ended').map(({ outcome }) => outcome.status)).toEqual(['cancelled', 'landed']);
    expect(await titled(w)).toEqual({ bigger: 'superseded', 'First of bigger': 'done', 'Second of bigger': 'done' });
  });

  test('is asked for anew when a person changed what the task asks for', async () => {
    const w = world({ tasks: [vague('big')], planner: plannerWith(() => 'no idea') });
    await w.work(w.runner('run-a', policy));
    w.store.edit('big', { description: 'It is about the index.' });
    await w.work(w.runner('run-b', policy));
    expect(w.events('plan.ended')).toHaveLength(4);
  });
});

describe('what came of plans', () => {
  test('is not planned for ever', async () => {
    const w = world({ tasks: [vague('a')], planner, judge: () => 'never good' });
    await w.work(w.runner('run-a', { planner: { ...planning, maxDepth: 2 }, maxTries: 1 }));
    // Two, and for the first of these, which failed, two more; of those the first fails and is left.
    expect(w.events('plan.ended').map(({ outcome }) => outcome.status)).toEqual(['landed', 'landed']);
  });
});

describe('a provider that has to rest', () => {
  test('pauses the planner too, and no try is used up', async () => {
    let asked = 0;
    const w = world({
      tasks: [vague('big')],
      planner,
      codex: (request) => {
        asked += 1;
        const retryAt = (w.clock.now() + HOUR) as EpochMs;
        const failure = { kind: 'rate-limited', message: '429', retryAt } as const;
        return asked === 1 ? { status: 'failed', failure } : request.origin.task ? done(request) : {};
      },
    });
    await w.work(w.runner('run-a', policy));
    const [first, second] = w.events('plan.started');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(HOUR);
    expect(w.events('plan.ended').map(({ outcome, counts }) => [outcome.status, counts])).toEqual([
      ['agent-failed', false],
      ['landed', false],
    ]);
    expect(w.events('provider.paused')).toMatchObject([{ provider: 'codex', reason: '429' }]);
  });

  test('that is not signed in stops the planner in this run', async () => {
    const failure = { kind: 'unauthenticated', message: '401', hint: 'codex login' } as const;
    const w = world({ tasks: [vague('big')], planner, codex: () => ({ status: 'failed', failure }) });
    await w.work(w.runner('run-a', policy));
    expect(w.events('plan.started')).toHaveLength(1);
    expect(w.events('provider.stopped')).toMatchObject([{ provider: 'codex', hint: 'codex login' }]);
  });
});

describe('a plan that the user is in the way of', () => {
  const blocked = () => {
    const w = world({ tasks: [vague('big')], planner });
    let inTheWay = true;
    return {
      w,
      clear: () => {
        inTheWay = false;
      },
      land: (landing: Landing): Landing => ({
        ...landing,
        land: async (request) =>
          inTheWay ? { status: 'held', reason: 'Uncommitted changes.', paths: ['x'] } : landing.land(request),
      }),
    };
  };

  test('is held, and applied without asking again when the way is free', async () => {
    const { w, clear, land } = blocked();
    const drain = new AbortController();
    const runner = w.runner('run-a', { ...policy, once: false }, land);
    const work = runner.work({ drain: drain.signal });
    const until = (condition: () => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => (condition() ? resolve() : setImmediate(look));
        look();
      });
    await until(() => w.events('plan.ended').length > 0);
    expect(w.events('plan.ended')[0]).toMatchObject({ outcome: { status: 'held', paths: ['x'] }, counts: false });
    clear();
    const landed = until(() => w.events('plan.ended').length > 1).then(() => drain.abort());
    await w.untilSettled(Promise.all([work, landed]));
    expect(w.events('plan.ended')[1]?.outcome).toMatchObject({ status: 'landed' });
    expect(w.events('plan.started')).toHaveLength(1);
  });

  test('with `once` is left to the user after one more look', async () => {
    const { w, land } = blocked();
    const [summary] = await w.work(w.runner('run-a', policy, land));
    expect(summary?.reason).toBe('nothing can move any more: 1 planned');
    expect(w.events('plan.started')).toHaveLength(1);
    expect(await titled(w)).toEqual({ big: 'planned' });
  });
});

describe('a plan for tasks that no commit brings', () => {
  test('is written to files, children first, and makes no commit', async () => {
    const w = world({ tasks: [vague('big')], planner, brings: false });
    await w.work(w.runner('run-a', policy));
    expect(await titled(w)).toEqual({ big: 'superseded', 'First of big': 'done', 'Second of big': 'done' });
    expect(w.repository.history().map(({ message }) => message.subject)).not.toContain('Plan: big');
    expect(w.events('plan.ended')[0]?.outcome).not.toHaveProperty('commit');
  });

  test.each(['create', 'update'] as const)('is finished by the next runner when %s breaks half way', async (broken) => {
    const w = world({ tasks: [vague('big')], planner, brings: false });
    let calls = 0;
    const breaking = {
      [broken]: async (...args: never[]) => {
        calls += 1;
        if (calls === (broken === 'create' ? 2 : 1)) throw new BacklogError('STORAGE_FAILED', 'the disk is full');
        return (w.store[broken] as (...all: never[]) => Promise<unknown>)(...args);
      },
    };
    await w.work(w.runner('run-a', policy, undefined, breaking));
    expect(w.events('plan.ended')).toEqual([]);
    expect(w.events('plan.started')).toHaveLength(1);
    await w.work(w.runner('run-b', policy));
    expect(w.events('plan.ended')).toMatchObject([{ outcome: { status: 'landed' } }]);
    expect(w.events('plan.started')).toHaveLength(1);
    expect(await titled(w)).toEqual({ big: 'superseded', 'First of big': 'done', 'Second of big': 'done' });
  });
});

describe('a runner that died while its planner looked', () => {
  const died = async (w: ReturnType<typeof world>, ...more: readonly BacklogEvent[]) => {
    const journal = w.journalOf('run-dead');
    await journal.append({ type: 'run.started', version: '0', workers: 1, branch: 'refs/heads/main', host: 'here' });
    const started = { fence: 1, base: 'c', provider: 'codex', parents: [{ id: 'big', question: 'q' }] };
    await journal.append({ type: 'plan.started', inquiry: 'big.1', ...started } as unknown as BacklogEvent);
    for (const event of more) await journal.append(event);
  };

  test('leaves nothing, and it is done again', async () => {
    const w = world({ tasks: [vague('big')], planner });
    await died(w);
    await w.work(w.runner('run-a', policy));
    expect(w.events('plan.ended').map(({ inquiry, outcome }) => [inquiry === 'big.1', outcome.status])).toEqual([
      [true, 'interrupted'],
      [false, 'landed'],
    ]);
    expect(w.swept).toContain('run-dead');
  });

  test('before anything of the plan was written, lets it be made again', async () => {
    const w = world({ tasks: [vague('big')], planner });
    const writing = { supersedes: [{ parent: 'big', children: ['c1'] }], children: [{ id: 'c1' }], summary: '' };
    await died(w, { type: 'plan.writing', inquiry: 'big.1', fence: 1, ...writing } as unknown as BacklogEvent);
    await w.work(w.runner('run-a', policy));
    expect(w.events('plan.ended').map(({ outcome }) => outcome.status)).toEqual(['interrupted', 'landed']);
  });
});

describe('a runner that died while it wrote a plan', () => {
  const child = (id: string) => ({ id: id as TaskId, candidate: childCandidate(`Child ${id}`) });
  const writing = { supersedes: [{ parent: 'big', children: ['c1', 'c2'] }], children: [child('c1'), child('c2')] };
  const died = async (w: ReturnType<typeof world>) => {
    const journal = w.journalOf('run-dead');
    await journal.append({ type: 'run.started', version: '0', workers: 1, branch: 'refs/heads/main', host: 'here' });
    const started = { fence: 1, base: 'c', provider: 'codex', parents: [{ id: 'big', question: 'q' }] };
    await journal.append({ type: 'plan.started', inquiry: 'big.1', ...started } as unknown as BacklogEvent);
    const event = { type: 'plan.writing', inquiry: 'big.1', fence: 1, ...writing, summary: 'S' };
    await journal.append(event as unknown as BacklogEvent);
  };
  const landPlan = (w: ReturnType<typeof world>) => {
    const { objects, refs, branch, checkout } = w.repository;
    const tree = objects.addTree(new Map(checkout.entries()));
    const message = { subject: 'Plan: big', body: '', trailers: [['Backlog-Plan', 'big.1']] as const };
    refs.set(branch, objects.addCommit({ tree, parents: [w.repository.head()], message }));
  };

  test('after its commit had landed: it is told, and nothing is planned again', async () => {
    const w = world({ tasks: [vague('big')], planner });
    await died(w);
    for (const { id, candidate } of writing.children) await w.store.create(id, candidate);
    w.store.edit('big', { state: 'superseded', supersededBy: ['c1', 'c2'] as never });
    landPlan(w);
    await w.work(w.runner('run-a', policy));
    expect(w.events('plan.ended')).toMatchObject([
      { inquiry: 'big.1', outcome: { status: 'landed', children: ['c1', 'c2'] } },
    ]);
    expect(w.events('plan.started')).toEqual([]);
    expect(await titled(w)).toEqual({ big: 'superseded', 'Child c1': 'done', 'Child c2': 'done' });
  });

  test('half way into files: what is missing is written', async () => {
    const w = world({ tasks: [vague('big')], planner, brings: false });
    await died(w);
    await w.store.create('c1' as TaskId, childCandidate('Child c1'));
    await w.work(w.runner('run-a', policy));
    expect(w.events('plan.started')).toEqual([]);
    expect(await titled(w)).toEqual({ big: 'superseded', 'Child c1': 'done', 'Child c2': 'done' });
  });

  test('is waited for without haste while somebody else has the task', async () => {
    const w = world({ tasks: [vague('big')], planner, brings: false });
    await died(w);
    await w.store.create('c1' as TaskId, childCandidate('Child c1'));
    await w.leases.acquire({
      resources: [resource.task('big' as TaskId)],
      holder: 'other' as HolderId,
      ttlMs: 60_000,
    });
    await w.untilSettled(w.runner('run-a', policy).work({ drain: new AbortController().signal }));
    expect(w.events('run.recovered').length).toBeLessThanOrEqual(2);
    await w.clock.advance(60_000);
    await w.work(w.runner('run-b', policy));
    expect(await titled(w)).toMatchObject({ big: 'superseded', 'Child c2': 'done' });
  });
});

test('a plan is not begun while somebody else has the task', async () => {
  const w = world({ tasks: [vague('big')], planner });
  const resources = [resource.task('big' as TaskId)];
  await w.leases.acquire({ resources, holder: 'other' as HolderId, ttlMs: 60_000 });
  const started = w.clock.now();
  await w.work(w.runner('run-a', policy));
  expect(w.events('plan.started')[0]?.at).toBeGreaterThanOrEqual(started + 60_000);
});

test('several runners plan each task once', async () => {
  const w = world({ tasks: ['a', 'b', 'c', 'd', 'e'].map((id) => vague(id)), planner });
  await w.work(w.runner('run-a', policy), w.runner('run-b', policy));
  const { tasks } = await w.store.read();
  expect(tasks.filter(({ state }) => state === 'superseded')).toHaveLength(5);
  expect(tasks.filter(({ state }) => state === 'done')).toHaveLength(10);
});
