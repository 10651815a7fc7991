import type {
  AgentProvider,
  BacklogEvent,
  EpochMs,
  Fence,
  HolderId,
  RunId,
  SessionId,
} from '@backlog-runner/contracts';
import { BacklogError, resource } from '@backlog-runner/contracts';
import { taskFixture } from '@backlog-runner/testkit';
import { describe, expect, test } from 'vitest';
import { startedEntry } from './fixtures.ts';
import { done, world } from './world.ts';

const subjects = ({ repository }: ReturnType<typeof world>) =>
  repository.history().map(({ message }) => message.subject);
const limited = (retryAt: number) => ({
  status: 'failed' as const,
  failure: { kind: 'rate-limited' as const, message: '429', retryAt: retryAt as EpochMs },
});

describe('a backlog', () => {
  test('is worked off: each task lands as one commit that also says `done`', async () => {
    const w = world({ tasks: [taskFixture({ id: 'a', title: 'Add a' }), taskFixture({ id: 'b', title: 'Add b' })] });
    const [summary] = await w.work();
    expect(summary).toMatchObject({ landed: ['a', 'b'], failed: [], held: [], reason: 'the backlog is worked off' });
    expect(subjects(w)).toEqual(['Begin', 'Add the backlog', 'Add a', 'Add b']);
    expect(await w.states()).toEqual({ a: 'done', b: 'done' });
    expect(w.repository.checkout.read('src/a')).toBe('by turn 1\n');
    const trailers = w.repository.history().at(-1)?.message.trailers;
    expect(trailers).toEqual([
      ['Backlog-Task', 'b'],
      ['Backlog-Attempt', expect.stringMatching(/^b\.\d+$/)],
      ['Backlog-Agent', 'codex'],
    ]);
  });

  test('runs a task after what it depends on, on top of it, and with its notes', async () => {
    const w = world({
      tasks: [taskFixture({ id: 'b', priority: 'high', dependsOn: ['a'] }), taskFixture({ id: 'a', priority: 'low' })],
      codex: (request) => ({ ...(done(request) as object), answer: { notes: [`${request.origin.task} was here`] } }),
    });
    await w.work();
    expect(subjects(w).slice(2)).toEqual(['The task a', 'The task b']);
    expect(w.prompts.find(({ attempt }) => attempt.startsWith('b.'))?.text).toContain('a: a was here');
  });

  test('is shared by runners: every task is attempted by one and lands once', async () => {
    const tasks = Array.from({ length: 12 }, (_, index) => taskFixture({ id: `t${index}` }));
    const w = world({ tasks });
    const summaries = await w.work(w.runner('run-a'), w.runner('run-b'), w.runner('run-c'));
    expect(summaries.flatMap(({ landed }) => landed).sort()).toEqual(tasks.map(({ id }) => id).sort());
    expect(w.events('attempt.started')).toHaveLength(12);
    expect(subjects(w)).toHaveLength(14);
  });

  test('routes user interface work to the other agent', async () => {
    const w = world({ tasks: [taskFixture({ id: 'a' }), taskFixture({ id: 'b', touchPaths: ['apps/web/b'] })] });
    await w.work();
    const agents = w.events('attempt.started').map(({ task, provider, model }) => [task, provider, model]);
    expect(agents).toEqual([
      ['a', 'codex', undefined],
      ['b', 'claude', 'opus'],
    ]);
  });
});

describe('refused work', () => {
  test('goes back to the same session with what failed, and lands when mended', async () => {
    const resumed: (SessionId | undefined)[] = [];
    const w = world({
      tasks: [taskFixture({ id: 'a' })],
      codex: (request) => {
        resumed.push(request.resume);
        return done(request);
      },
      judge: ({ directory }) =>
        w.repository.directories.get(directory)?.read('src/a') === 'by turn 2\n' ? undefined : 'wrong turn',
    });
    const [summary] = await w.work();
    expect(summary?.landed).toEqual(['a']);
    expect(resumed).toEqual([undefined, expect.any(String)]);
    expect(w.prompts[1]?.text).toContain('wrong turn');
    expect(w.repository.checkout.read('src/a')).toBe('by turn 2\n');
  });

  test('is tried three times with growing rests, then the task has failed and says why', async () => {
    const w = world({ tasks: [taskFixture({ id: 'a' })], judge: () => 'never good' });
    const started = w.clock.monotonic();
    const [summary] = await w.work();
    expect(summary).toMatchObject({ landed: [], failed: ['a'] });
    expect(w.events('attempt.started').map(({ tryNumber }) => tryNumber)).toEqual([1, 2, 3]);
    expect(w.clock.monotonic() - started).toBeGreaterThanOrEqual(90_000);
    const [task] = (await w.store.read()).tasks;
    expect(task).toMatchObject({ state: 'failed', statusNotes: [expect.stringContaining('validation refused it')] });
    expect(subjects(w)).toEqual(['Begin', 'Add the backlog']);
  });

  test('is kept: every attempt is a commit under a ref of its own', async () => {
    const w = world({ tasks: [taskFixture({ id: 'a' })], judge: () => 'never good' });
    await w.work();
    const kept = [...w.repository.refs.keys()].filter((ref) => ref.startsWith('refs/backlog-runner/attempts/a/'));
    expect(kept).toHaveLength(3);
  });

  test('that changes the judge goes back and never lands', async () => {
    const w = world({
      tasks: [taskFixture({ id: 'a' })],
      files: { 'validate.sh': 'exit 1\n' },
      protects: ['validate.sh'],
      codex: () => ({ files: { 'validate.sh': 'exit 0\n', 'src/a': 'x' } }),
    });
    await w.work();
    expect(await w.states()).toEqual({ a: 'failed' });
    expect(w.repository.checkout.read('validate.sh')).toBe('exit 1\n');
    expect(w.prompts[1]?.text).toContain('- validate.sh');
  });
});

describe('two tasks that change one file', () => {
  test('are merged when they can be, and what lands was validated as it lands', async () => {
    const judged: (string | undefined)[] = [];
    const w = world({
      tasks: [taskFixture({ id: 'a' }), taskFixture({ id: 'b' })],
      judge: ({ directory }) => {
        const files = w.repository.directories.get(directory);
        judged.push(
          files
            ?.entries()
            .map(([path]) => path)
            .filter((path) => path.startsWith('src/'))
            .join('+'),
        );
        return undefined;
      },
    });
    await w.work();
    expect(await w.states()).toEqual({ a: 'done', b: 'done' });
    expect(judged.at(-1)).toBe('src/a+src/b');
  });

  test('conflict, and the conflict goes back to the agent, which lands on top of the other', async () => {
    const w = world({
      tasks: [taskFixture({ id: 'a' }), taskFixture({ id: 'b' })],
      files: { 'list.txt': 'one\n' },
      codex: ({ origin }) => ({ files: { 'list.txt': origin.turn === 1 ? `one\n${origin.task}\n` : 'one\na\nb\n' } }),
    });
    await w.work();
    expect(w.events('attempt.returned').map(({ because }) => because)).toEqual(['conflict']);
    expect(w.repository.checkout.read('list.txt')).toBe('one\na\nb\n');
    expect(await w.states()).toEqual({ a: 'done', b: 'done' });
  });
});

describe('a rate limit', () => {
  test('pauses that provider until its reset, uses up no try, and the other provider works on', async () => {
    let asked = 0;
    const w = world({
      tasks: [taskFixture({ id: 'a' }), taskFixture({ id: 'b', executionDomain: 'ui_ux' })],
      codex: (request) => {
        asked += 1;
        return asked === 1 ? limited(w.clock.now() + 3_600_000) : done(request);
      },
    });
    const started = w.clock.now();
    const [summary] = await w.work();
    expect(summary?.landed).toEqual(['b', 'a']);
    const tries = w.events('attempt.started').filter(({ task }) => task === 'a');
    expect(tries.map(({ tryNumber }) => tryNumber)).toEqual([1, 1]);
    expect((tries[1]?.at ?? 0) - started).toBeGreaterThanOrEqual(3_600_000);
  });
});

describe('a provider that cannot run', () => {
  const notSignedIn: AgentProvider = {
    contract: 'agent-provider@1',
    id: 'codex',
    acceptsModel: () => true,
    check: async () => ({ status: 'not-signed-in', message: 'codex is not signed in', hint: 'codex login' }),
    run: () => {
      throw new Error('It must not be asked.');
    },
  };

  test('is found out before an agent is paid, and the other one works on', async () => {
    const w = world({
      tasks: [taskFixture({ id: 'a' }), taskFixture({ id: 'b', executionDomain: 'ui_ux' })],
      codex: notSignedIn,
    });
    const [summary] = await w.work();
    expect(summary).toMatchObject({ landed: ['b'], failed: [] });
    expect(w.events('provider.stopped')).toMatchObject([{ provider: 'codex', hint: 'codex login' }]);
    expect(await w.states()).toEqual({ a: 'ready', b: 'done' });
  });

  test('is found out also while it runs', async () => {
    const w = world({
      tasks: [taskFixture({ id: 'a' }), taskFixture({ id: 'b' })],
      codex: () => ({ status: 'failed', failure: { kind: 'unauthenticated', message: '401', hint: 'codex login' } }),
    });
    const [summary] = await w.work();
    expect(summary).toMatchObject({ landed: [], failed: [] });
    expect(w.events('attempt.started').length).toBeLessThanOrEqual(2);
    expect(await w.states()).toEqual({ a: 'ready', b: 'ready' });
  });
});

describe('research', () => {
  test('changes nothing but its own state, and its candidates become tasks that run', async () => {
    const candidate = {
      title: 'Found it',
      description: '',
      priority: 'normal',
      touch_paths: ['src/found'],
      acceptance_criteria: [],
    } as const;
    const w = world({
      tasks: [taskFixture({ id: 'look', kind: 'research' })],
      codex: ({ origin }) =>
        origin.task === 'look' ? { answer: { candidates: [candidate] } } : { files: { 'src/found': 'x' } },
    });
    const [summary] = await w.work();
    expect(summary?.landed).toHaveLength(2);
    expect(w.repository.checkout.read('src/found')).toBe('x');
    const [, , look] = w.repository.history();
    expect(look?.message.subject).toBe('The task look');
  });
});

describe('a landing that the user is in the way of', () => {
  test('is held with the files named, and lands by itself when the way is free', async () => {
    const w = world({ tasks: [taskFixture({ id: 'a' })] });
    w.repository.checkout.write('src/a', 'mine\n');
    const drain = new AbortController();
    const work = w.runner('run-a', { once: false }).work({ drain: drain.signal });
    const until = (type: 'attempt.ended', count: number) =>
      new Promise<void>((resolve) => {
        const look = () => (w.events(type).length >= count ? resolve() : setImmediate(look));
        look();
      });
    await until('attempt.ended', 1);
    expect(w.events('attempt.ended')[0]?.result).toMatchObject({ status: 'held', paths: ['src/a'] });
    expect(w.repository.checkout.read('src/a')).toBe('mine\n');
    w.repository.checkout.remove('src/a');
    const landed = until('attempt.ended', 2).then(() => drain.abort());
    const summary = await w.untilSettled(Promise.all([work, landed]));
    expect(summary[0]).toMatchObject({ landed: ['a'], held: [] });
    expect(w.repository.checkout.read('src/a')).toBe('by turn 1\n');
    expect(w.events('attempt.started')).toHaveLength(1);
  });

  test('with `once` is left to the user after one more look', async () => {
    const w = world({ tasks: [taskFixture({ id: 'a' })] });
    w.repository.checkout.write('src/a', 'mine\n');
    const [summary] = await w.work();
    expect(summary).toMatchObject({ landed: [], held: ['a'], reason: 'nothing can move any more: 1 blocked' });
  });
});

describe('a task that changes while its agent works', () => {
  test('does not land as the answer to another question, and is tried anew', async () => {
    let asked = 0;
    const w = world({
      tasks: [taskFixture({ id: 'a' })],
      codex: (request) => {
        asked += 1;
        if (asked === 1) w.store.edit('a', { title: 'Something else' });
        return done(request);
      },
    });
    await w.work();
    expect(w.events('attempt.ended').map(({ result, counts }) => [result.status, counts])).toEqual([
      ['cancelled', false],
      ['landed', false],
    ]);
    expect(subjects(w).at(-1)).toBe('Something else');
  });

  test('does not land when it was taken off the backlog', async () => {
    const w = world({
      tasks: [taskFixture({ id: 'a' })],
      codex: (request) => {
        w.store.remove('a');
        return done(request);
      },
    });
    const [summary] = await w.work();
    expect(summary).toMatchObject({ landed: [] });
    expect(w.repository.checkout.read('src/a')).toBeUndefined();
  });
});

describe('stopping', () => {
  const hanging = (started: () => void): AgentProvider => ({
    contract: 'agent-provider@1',
    id: 'codex',
    acceptsModel: () => true,
    check: async () => ({ status: 'ready', version: '1' }),
    async *run(_request, { signal } = {}) {
      const stopped = new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
      started();
      await stopped;
      yield { type: 'run.ended', outcome: { status: 'aborted' }, usage: {} };
    },
  });

  test('ends agents, uses up no try, and leaves no lease and no timer', async () => {
    const drain = new AbortController();
    const w = world({ tasks: [taskFixture({ id: 'a' })], codex: hanging(() => drain.abort()) });
    const summary = await w.untilSettled(w.runner().work({ drain: drain.signal }));
    expect(summary.reason).toBe('it was stopped');
    expect(w.events('attempt.ended')).toMatchObject([{ result: { status: 'interrupted' }, counts: false }]);
    expect(await w.leases.list()).toEqual([]);
    expect(w.clock.pendingTimers).toBe(0);
    expect(await w.states()).toEqual({ a: 'ready' });
  });

  test('during the validation, uses up no try and lands nothing', async () => {
    const drain = new AbortController();
    const w = world({
      tasks: [taskFixture({ id: 'a' })],
      judge: () => {
        drain.abort();
        return new Promise(() => {});
      },
    });
    const summary = await w.untilSettled(w.runner().work({ drain: drain.signal }));
    expect(summary.landed).toEqual([]);
    expect(w.events('attempt.ended')).toMatchObject([{ result: { status: 'interrupted' }, counts: false }]);
  });

  test('before the start, starts nothing', async () => {
    const w = world({ tasks: [taskFixture({ id: 'a' })] });
    await w.untilSettled(w.runner().work({ drain: AbortSignal.abort() }));
    expect(w.events('attempt.started')).toEqual([]);
  });

  test('a finished run leaves no lease and no timer', async () => {
    const w = world({ tasks: [taskFixture({ id: 'a' })] });
    await w.work();
    expect(await w.leases.list()).toEqual([]);
    expect(w.clock.pendingTimers).toBe(0);
  });
});

describe('an interrupted attempt', () => {
  test('is gone on with: in its own session, on top of the work it left', async () => {
    const drain = new AbortController();
    const seen: { resume: SessionId | undefined; file: string | undefined }[] = [];
    const w = world({
      tasks: [taskFixture({ id: 'a' })],
      codex: {
        contract: 'agent-provider@1',
        id: 'codex',
        acceptsModel: () => true,
        check: async () => ({ status: 'ready', version: '1' }),
        async *run({ directory, resume }, { signal } = {}) {
          const files = w.repository.directories.get(directory);
          seen.push({ resume, file: files?.read('src/a') });
          yield { type: 'session', session: 'session-1' as SessionId };
          files?.write('src/a', `${files.read('src/a') ?? ''}more\n`);
          if (!resume) drain.abort();
          const output = { status: 'done', summary: '', notes: [], candidates: [] };
          const outcome = signal?.aborted
            ? ({ status: 'aborted' } as const)
            : ({ status: 'completed', text: '', output } as const);
          yield { type: 'run.ended', outcome, usage: {} };
        },
      },
    });
    await w.untilSettled(w.runner('run-a').work({ drain: drain.signal }));
    const [summary] = await w.work(w.runner('run-b'));
    expect(summary?.landed).toEqual(['a']);
    expect(seen).toEqual([
      { resume: undefined, file: undefined },
      { resume: 'session-1', file: 'more\n' },
    ]);
    expect(w.repository.checkout.read('src/a')).toBe('more\nmore\n');
    expect(w.prompts[1]?.text).toContain('You were interrupted');
  });

  test('begins anew when the task asks for something else by now', async () => {
    const drain = new AbortController();
    const resumed: (SessionId | undefined)[] = [];
    const w = world({
      tasks: [taskFixture({ id: 'a' })],
      codex: (request) => {
        resumed.push(request.resume);
        if (resumed.length === 1) drain.abort();
        return done(request);
      },
    });
    await w.untilSettled(w.runner('run-a').work({ drain: drain.signal }));
    w.store.edit('a', { description: 'In French.' });
    await w.work(w.runner('run-b'));
    expect(resumed).toEqual([undefined, undefined]);
  });
});

describe('a runner that died', () => {
  const died = async (w: ReturnType<typeof world>) => {
    const journal = w.journalOf('run-dead');
    await journal.append({ type: 'run.started', version: '0', workers: 1, branch: 'refs/heads/main', host: 'here' });
    await journal.append(startedEntry('a', 1) as BacklogEvent);
  };

  test('is cleaned up after, once: its processes end, its attempt is closed, its task runs', async () => {
    const w = world({ tasks: [taskFixture({ id: 'a' })] });
    await died(w);
    const summaries = await w.work(w.runner('run-a'), w.runner('run-b'));
    expect(new Set(w.swept)).toEqual(new Set(['run-dead']));
    expect(summaries.flatMap(({ landed }) => landed)).toEqual(['a']);
    expect(w.events('run.recovered')).toHaveLength(1);
    expect(w.events('attempt.ended').map(({ attempt, result, counts }) => [attempt, result.status, counts])).toEqual([
      ['a.1', 'interrupted', false],
      [expect.any(String), 'landed', false],
    ]);
  });

  test('is left alone while it is present, however long it has been silent', async () => {
    const w = world({ tasks: [taskFixture({ id: 'a' })] });
    await died(w);
    const resources = [resource.runner('run-dead' as RunId)];
    await w.leases.acquire({ resources, holder: 'run-dead' as HolderId, ttlMs: 3_600_000 });
    const started = w.clock.monotonic();
    await w.work();
    expect(w.swept).toEqual(['run-dead']);
    expect(w.clock.monotonic() - started).toBeGreaterThanOrEqual(3_600_000);
  });

  test('after it landed a task, before it could say so, does not make it land twice', async () => {
    const w = world({ tasks: [taskFixture({ id: 'a' })] });
    await died(w);
    const { objects, refs, branch } = w.repository;
    const head = w.repository.head();
    const message = {
      subject: 'The task a',
      body: '',
      trailers: [
        ['Backlog-Task', 'a'],
        ['Backlog-Attempt', 'a.1'],
      ] as const,
    };
    refs.set(branch, objects.addCommit({ tree: objects.commit(head).tree, parents: [head], message }));
    w.repository.fences.set(taskFixture({ id: 'a' }).id, 1 as Fence);
    await w.work();
    expect(w.events('attempt.started')).toEqual([]);
    expect(await w.states()).toEqual({ a: 'done' });
    expect(subjects(w)).toHaveLength(3);
  });

  test('of a task that kills every runner uses up its tries in the end', async () => {
    const w = world({ tasks: [taskFixture({ id: 'a' })] });
    const counts: boolean[] = [];
    for (const fence of [1, 2, 3, 4]) {
      const journal = w.journalOf(`run-${fence}`);
      await journal.append({ type: 'run.started', version: '0', workers: 1, branch: 'refs/heads/main', host: 'here' });
      await journal.append(startedEntry('a', fence) as BacklogEvent);
      await w.clock.advance(1_000);
      const only = [taskFixture({ id: 'none' }).id];
      await w.work(w.runner(`cleaner-${fence}`, { only }));
      counts.push(w.events('attempt.ended').at(-1)?.counts ?? false);
      await w.clock.advance(1_000);
    }
    expect(counts).toEqual([false, false, true, true]);
  });
});

describe('an attempt that breaks', () => {
  test('counts, so that it is not repeated without end', async () => {
    const w = world({
      tasks: [taskFixture({ id: 'a' })],
      judge: () => {
        throw new BacklogError('STORAGE_FAILED', 'the disk is full');
      },
    });
    const [summary] = await w.work();
    expect(summary?.failed).toEqual(['a']);
    expect(w.events('attempt.ended').map(({ result }) => result)).toEqual(
      Array(3).fill({ status: 'inconclusive', reason: 'the disk is full' }),
    );
  });
});

describe('what is recorded', () => {
  test('holds no secret', async () => {
    const w = world({
      tasks: [taskFixture({ id: 'a' })],
      codex: (request) => ({ ...(done(request) as object), answer: { summary: 'the password is hunter22' } }),
    });
    await w.work();
    expect(JSON.stringify(w.told)).not.toContain('hunter22');
    expect(JSON.stringify(w.told)).toContain('the password is [redacted]');
  });

  test('holds no secret in what comes of it either: commits, task files, candidates', async () => {
    const secret = 'the password is hunter22';
    const candidate = { title: 'More', description: secret, priority: 'low', touch_paths: [], acceptance_criteria: [] };
    const w = world({
      tasks: [taskFixture({ id: 'a' }), taskFixture({ id: 'b' })],
      codex: (request) =>
        request.origin.task === 'a'
          ? { ...(done(request) as object), answer: { summary: secret, candidates: [candidate as never] } }
          : { answer: { status: 'blocked', summary: secret } },
    });
    await w.work();
    const { tasks } = await w.store.read();
    expect(tasks.flatMap(({ statusNotes }) => statusNotes)).toContain('the password is [redacted]');
    expect(tasks.map(({ description }) => description)).toContain('the password is [redacted]');
    const messages = w.repository.history().map(({ message }) => message);
    expect(JSON.stringify(messages)).toContain('the password is [redacted]');
    expect(JSON.stringify([tasks, messages])).not.toContain('hunter22');
  });

  test('the report is published when it changed, not more often', async () => {
    const w = world({ tasks: [taskFixture({ id: 'a' })] });
    await w.work();
    expect(w.reports).toEqual(['a ready', 'a done']);
  });
});

describe('a task that somebody else holds', () => {
  test('is waited for, and runs when the lease of a dead runner is over', async () => {
    const w = world({ tasks: [taskFixture({ id: 'a' })] });
    await w.leases.acquire({
      resources: [resource.task(taskFixture({ id: 'a' }).id)],
      holder: 'dead' as HolderId,
      ttlMs: 60_000,
    });
    const [summary] = await w.work();
    expect(summary?.landed).toEqual(['a']);
    expect(w.events('attempt.started')[0]?.at).toBeGreaterThanOrEqual(Date.UTC(2026, 0, 1) + 60_000);
  });
});
