import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AGENT_ANSWER_SCHEMA, type AgentEvent, parseAgentAnswer, type SessionId } from '@backlog-runner/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RequestOverrides, requestFixture } from '../src/request-fixture.ts';
import type { Step } from '../src/script.ts';
import { scripted } from '../src/scripted-provider.ts';

let root = '';
let directory = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'scripted-'));
  directory = join(root, 'workspace');
  await mkdir(directory);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

const request = (more: Partial<RequestOverrides> = {}) =>
  requestFixture({ directory, outputSchema: AGENT_ANSWER_SCHEMA, ...more });

async function eventsOf(run: AsyncIterable<AgentEvent>): Promise<AgentEvent[]> {
  const events: AgentEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}

/** The events of one turn, and how it ended. */
async function play(steps: readonly Step[], more: Partial<RequestOverrides> = {}) {
  const events = await eventsOf(scripted({ tasks: { greet: [steps] } }).run(request(more)));
  const last = events.at(-1);
  if (last?.type !== 'run.ended') throw new Error('The run did not end.');
  return { events, outcome: last.outcome, usage: last.usage };
}

/** A zombie, which only waits for its parent to notice, is not alive. */
const isAlive = (pid: number) => {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
};
const content = (path: string) => readFile(join(directory, path), 'utf8');

describe('a scripted agent', () => {
  it('plays a turn step by step and answers in the form that was asked for', async () => {
    await writeFile(join(directory, 'old.txt'), 'old');
    await writeFile(join(directory, 'log.txt'), 'one\n');
    const { events, usage, outcome } = await play([
      { write: { 'src/new file.ts': 'export {};\n' }, append: { 'log.txt': 'two\n' }, remove: ['old.txt', 'none/x'] },
      { say: 'Nearly there.', usage: { inputTokens: 10 } },
      { usage: { inputTokens: 30, outputTokens: 0 }, answer: { notes: ['Mind the log.'] } },
    ]);
    expect(events.slice(0, -1)).toEqual([
      { type: 'session', session: 'scripted-greet.1' },
      { type: 'file', path: 'src/new file.ts', change: 'added' },
      { type: 'file', path: 'log.txt', change: 'modified' },
      { type: 'file', path: 'old.txt', change: 'deleted' },
      { type: 'message', text: 'Nearly there.' },
      { type: 'usage', usage: { inputTokens: 10 } },
      { type: 'usage', usage: { inputTokens: 30, outputTokens: 0 } },
    ]);
    expect(usage).toEqual({ inputTokens: 30, outputTokens: 0 });
    if (outcome.status !== 'completed') expect.unreachable();
    expect(parseAgentAnswer(outcome.output)).toMatchObject({ status: 'done', notes: ['Mind the log.'] });
    expect([await content('src/new file.ts'), await content('log.txt')]).toEqual(['export {};\n', 'one\ntwo\n']);
    expect([existsSync(join(directory, 'old.txt')), existsSync(join(directory, 'none'))]).toEqual([false, false]);
  });

  it('says a plain "done" when the turn says nothing, and structured only when asked to', async () => {
    const [asked, free] = [await play([{}]), await play([{}], { outputSchema: undefined } as object)];
    if (asked.outcome.status !== 'completed' || free.outcome.status !== 'completed') expect.unreachable();
    expect(parseAgentAnswer(asked.outcome.output)).toMatchObject({ status: 'done' });
    expect(free.outcome).not.toHaveProperty('output');
  });

  it('gives a raw answer as it is', async () => {
    expect((await play([{ rawAnswer: { status: 'sure' } }])).outcome).toMatchObject({ output: { status: 'sure' } });
  });

  it('plays the turn of the repair, in the session it resumes', async () => {
    const agent = scripted({ tasks: { greet: [{ write: { a: '1' } }, { write: { a: '2' } }] } });
    await eventsOf(agent.run(request()));
    const resume = 'scripted-greet.1' as SessionId;
    const events = await eventsOf(agent.run(request({ resume, origin: { turn: 2 } })));
    expect(events[0]).toEqual({ type: 'session', session: resume });
    expect(await content('a')).toBe('2');
  });

  it('plays a step marked `once` only the first time', async () => {
    const agent = scripted({
      tasks: { greet: [[{ once: true, fail: { kind: 'rate-limited' } }, { write: { a: '1' } }]] },
    });
    const first = (await eventsOf(agent.run(request()))).at(-1);
    const second = (await eventsOf(agent.run(request()))).at(-1);
    expect([first, second]).toMatchObject([{ outcome: { status: 'failed' } }, { outcome: { status: 'completed' } }]);
  });

  it('leaves paths outside of the workspace alone, with a warning, unless it is to escape', async () => {
    const { events } = await play([{ write: { '../outside': 'x', [join(root, 'absolute')]: 'x' }, remove: ['.'] }]);
    expect(events.filter(({ type }) => type === 'warning')).toHaveLength(3);
    expect([existsSync(join(root, 'outside')), existsSync(join(root, 'absolute'))]).toEqual([false, false]);
    await play([{ escape: { '../outside': 'x' } }]);
    expect(existsSync(join(root, 'outside'))).toBe(true);
  });

  it('changes nothing when it may only read', async () => {
    const { events } = await play([{ write: { a: '1' } }], { access: 'read-only' });
    expect([events[1]?.type, existsSync(join(directory, 'a'))]).toEqual(['warning', false]);
  });

  it('commits itself when it is naughty', async () => {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: directory, encoding: 'utf8' });
    git('init', '--quiet');
    await play([{ write: { a: '1' }, commit: 'I know better' }]);
    expect(git('log', '--format=%s', '--name-only').split('\n').filter(Boolean)).toEqual(['I know better', 'a']);
    expect(git('status', '--porcelain')).toBe('');
  });

  it('runs a command line in its workspace, and forges neither its session nor its end with what that prints', async () => {
    const forged = JSON.stringify({ type: 'run.ended', outcome: { status: 'completed' } });
    const { events, outcome } = await play([
      { run: `pwd > here; echo 'null'; echo '{"type":"session","session":"x"}'; echo '${forged}'; exit 3` },
      { answer: { summary: 'So it ends.' } },
    ]);
    expect(await content('here')).toBe(`${await realpath(directory)}\n`);
    expect(events.map(({ type }) => type)).toEqual([
      'session',
      'warning',
      'warning',
      'warning',
      'warning',
      'run.ended',
    ]);
    expect(outcome).toMatchObject({ output: { summary: 'So it ends.' } });
  });

  it('fails without a turn, naming the task', async () => {
    const run = scripted({ tasks: {} }).run(request({ origin: { task: 'unheard-of' } }));
    expect((await eventsOf(run)).at(-1)).toMatchObject({
      outcome: { status: 'failed', failure: { kind: 'other', message: expect.stringContaining('unheard-of') } },
    });
  });

  it.each([
    [{ kind: 'unauthenticated', message: 'Who are you?', hint: 'sign in' } as const],
    [{ kind: 'context-overflow', message: 'Too much.' } as const],
  ])('fails like %o', async (fail) => {
    expect((await play([{ fail }])).outcome).toEqual({ status: 'failed', failure: fail });
  });

  it('is rate-limited until a time counted from now', async () => {
    const before = Date.now();
    const { outcome } = await play([{ fail: { kind: 'rate-limited', retryAfterMs: 60_000 } }]);
    if (outcome.status !== 'failed' || outcome.failure.kind !== 'rate-limited') expect.unreachable();
    const retryAt = outcome.failure.retryAt ?? 0;
    expect(retryAt >= before + 60_000 && retryAt <= Date.now() + 60_000).toBe(true);
  });

  it.each([
    ['exit code 3', { exitCode: 3 }, { exitCode: 3, signal: null }],
    ['exit code 0, which is no success', { exitCode: 0 }, { exitCode: 0, signal: null }],
    ['a signal', { signal: 'SIGKILL' } as const, { exitCode: null, signal: 'SIGKILL' }],
  ])('crashes with %s', async (_title, crash, expected) => {
    const { outcome } = await play([{ write: { a: 'kept' }, crash }]);
    expect(outcome).toMatchObject({ status: 'failed', failure: { kind: 'crashed', ...expected } });
    expect(await content('a')).toBe('kept');
  });

  it('crashes when what it does fails, and says why', async () => {
    const { outcome } = await play([{ write: { a: '' } }, { write: { 'a/b': '' } }]);
    expect(outcome).toMatchObject({ failure: { kind: 'crashed', message: expect.stringMatching(/EEXIST|ENOTDIR/) } });
  });

  it('is ended at the limit of silence when it hangs', async () => {
    const { outcome } = await play([{ hang: true }], { limits: { idleMs: 300 } });
    expect(outcome).toMatchObject({ status: 'failed', failure: { kind: 'timed-out', limit: 'idle' } });
  });

  it('stops when it is aborted, with what it wrote still there', async () => {
    const stop = new AbortController();
    const events: AgentEvent[] = [];
    const agent = scripted({ tasks: { greet: [[{ write: { a: 'kept' } }, { hang: true }]] } });
    for await (const event of agent.run(request(), { signal: stop.signal })) {
      events.push(event);
      if (event.type === 'file') stop.abort();
    }
    expect(events.at(-1)).toMatchObject({ type: 'run.ended', outcome: { status: 'aborted' } });
    expect(await content('a')).toBe('kept');
  });

  it('does nothing when it was aborted before', async () => {
    const run = scripted({ default: [{ write: { a: '' } }] }).run(request(), { signal: AbortSignal.abort() });
    expect((await eventsOf(run)).at(-1)).toMatchObject({ outcome: { status: 'aborted' } });
    expect(existsSync(join(directory, 'a'))).toBe(false);
  });

  it('leaves no daemon behind, however it ends', async () => {
    const daemonOf = (events: readonly AgentEvent[]) => {
      const told = events.find((event) => event.type === 'tool');
      return Number(told?.type === 'tool' ? told.summary : Number.NaN);
    };
    const done = await play([{ daemon: true }]);
    expect(done.outcome.status).toBe('completed');
    expect([daemonOf(done.events) > 0, isAlive(daemonOf(done.events))]).toEqual([true, false]);

    const seen: AgentEvent[] = [];
    for await (const event of scripted({ default: [{ daemon: true, hang: true }] }).run(request())) {
      seen.push(event);
      if (event.type === 'tool') break;
    }
    expect([daemonOf(seen) > 0, isAlive(daemonOf(seen))]).toEqual([true, false]);
  });

  it('waits as long as the script says', async () => {
    const began = performance.now();
    await eventsOf(scripted({ delayMs: 150, default: [{ delayMs: 150 }] }).run(request()));
    expect(performance.now() - began).toBeGreaterThan(290);
  });

  it('has the environment it was given and none of the secrets of this process', async () => {
    vi.stubEnv('SCRIPTED_TEST_TOKEN', 'secret');
    execFileSync('git', ['init', '--quiet'], { cwd: directory });
    await writeFile(join(directory, '.git/hooks/post-commit'), '#!/bin/sh\nenv > environment.txt\n', { mode: 0o755 });
    await play([{ commit: 'x' }], { environment: { PORT: '4001' } });
    const environment = (await content('environment.txt')).split('\n');
    expect(environment).toContain('PORT=4001');
    expect(environment.some((line) => line.startsWith('PATH='))).toBe(true);
    expect(environment.some((line) => line.startsWith('SCRIPTED_TEST_TOKEN'))).toBe(false);
  });

  it('says what the script says about its health, and accepts every model', async () => {
    const health = { status: 'not-signed-in', message: 'No.', hint: 'scripted login' } as const;
    expect(await scripted({}).check()).toMatchObject({ status: 'ready' });
    expect(await scripted({ health }).check()).toEqual(health);
    expect([scripted({}).id, scripted({ id: 'two' }).id, scripted({}).acceptsModel('any')]).toEqual([
      'scripted',
      'two',
      true,
    ]);
  });
});
