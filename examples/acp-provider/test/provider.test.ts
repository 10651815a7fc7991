import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AgentEvent, MARK_VARIABLE, type SessionId } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { collect, hasty, living, outcomeIn, readable, type SmallAgent, type Step, smallAgent } from './small-agent.ts';

const HANG: Step = { hang: true };

describe('a run', () => {
  it('tells what the agent does, in order, and ends with its answer', async () => {
    const { provider, request, directory } = smallAgent([
      { say: 'On it.' },
      { edit: 'src/greet.js', content: 'hi\n' },
      { usage: { totalTokens: 9, inputTokens: 7, outputTokens: 2, cachedReadTokens: 4 } },
      { cost: 0.25 },
      { say: 'All done.' },
    ]);
    const events = await collect(provider.run(request));
    expect(readable(events)).toEqual([
      { type: 'session', session: 'session-1' },
      { type: 'message', text: 'On it.' },
      { type: 'tool', phase: 'started', name: 'edit', summary: 'edit src/greet.js' },
      { type: 'tool', phase: 'ended', name: 'edit', summary: 'edit src/greet.js', ok: true },
      { type: 'file', path: 'src/greet.js', change: 'added' },
      { type: 'message', text: 'All done.' },
      {
        type: 'run.ended',
        outcome: { status: 'completed', text: 'All done.' },
        usage: { inputTokens: 7, cachedInputTokens: 4, outputTokens: 2, costUsd: 0.25 },
      },
    ]);
    expect(events.some(({ type }) => type === 'native')).toBe(true);
    expect(readFileSync(join(directory, 'src/greet.js'), 'utf8')).toBe('hi\n');
  });

  it('gives the agent its prompt, its directory and an environment of what is allowed', async () => {
    process.env.DATABASE_PASSWORD = 'x';
    const { provider, request, told, directory } = smallAgent([{ say: 'ok' }], {}, { environment: { PORT: '4000' } });
    await collect(provider.run({ ...request, instructions: 'Be kind.' }));
    delete process.env.DATABASE_PASSWORD;
    expect(told()).toMatchObject({ directory, prompt: [expect.stringContaining('Be kind.'), request.prompt] });
    expect(told().environment).toMatchObject({ PORT: '4000' });
    expect(told().environment).toHaveProperty(MARK_VARIABLE, expect.stringMatching(/^run-1\//));
    expect(told().environment).not.toHaveProperty('DATABASE_PASSWORD');
  });

  it('answers in the form that is asked for', async () => {
    const answer = { status: 'done', notes: [] };
    const { provider, request } = smallAgent([{ say: 'Looking.' }, { ask: 'read' }, { answer }]);
    const outcome = outcomeIn(await collect(provider.run({ ...request, outputSchema: { type: 'object' } })));
    expect(outcome).toMatchObject({ status: 'completed', output: answer });
  });

  it('may write nothing when it may only read', async () => {
    const steps = [{ edit: 'a.txt' }, { say: 'I could not.' }];
    const { provider, request, directory } = smallAgent(steps, {}, { access: 'read-only' });
    const events = await collect(provider.run(request));
    expect(existsSync(join(directory, 'a.txt'))).toBe(false);
    expect(events).toContainEqual({ type: 'warning', message: 'The agent was not allowed to: edit a.txt' });
    expect(outcomeIn(events)).toMatchObject({ status: 'completed' });
  });

  it('chooses mode and model as asked', async () => {
    const modes = { mode: 'code', readOnlyMode: 'plan' };
    const working = smallAgent([{ say: 'ok' }], modes);
    await collect(working.provider.run({ ...working.request, model: 'large-1' }));
    expect(working.told()).toMatchObject({ mode: 'code', model: 'large-1' });
    const reading = smallAgent([{ say: 'ok' }], modes, { access: 'read-only' });
    await collect(reading.provider.run(reading.request));
    expect(reading.told()).toMatchObject({ mode: 'plan' });
  });

  it.each([
    [{ mode: 'yolo' }, {}, 'The agent has no mode yolo; it offers: ask, code, plan.'],
    [{}, { model: 'gpt' }, 'The agent has no model gpt; it offers: small-1, large-1.'],
  ])('says what there is instead of %j %j, before anything is asked', async (options, request, message) => {
    const agent = smallAgent([{ say: 'ok' }], options, request);
    expect(outcomeIn(await collect(agent.provider.run(agent.request)))).toMatchObject({ failure: { message } });
    expect(agent.told()).not.toHaveProperty('prompt');
  });
});

describe('a session', () => {
  const resume = 'session-7' as SessionId;

  it('is gone on with, and what it held is not told again', async () => {
    const { provider, request, told } = smallAgent([{ cost: 2.5 }, { say: 'Onward.' }]);
    const events = await collect(provider.run({ ...request, resume }));
    expect(told()).toMatchObject({ loaded: resume });
    expect(readable(events)).toEqual([
      { type: 'session', session: resume },
      { type: 'message', text: 'Onward.' },
      { type: 'run.ended', outcome: { status: 'completed', text: 'Onward.' }, usage: { costUsd: 0.5 } },
    ]);
  });

  it('that the agent cannot load is a failure, not a new session', async () => {
    const { provider, request, told } = smallAgent([{ say: 'ok' }], { env: { FORGETS: '1' } });
    expect(outcomeIn(await collect(provider.run({ ...request, resume })))).toMatchObject({ status: 'failed' });
    expect(told()).not.toHaveProperty('prompt');
  });
});

describe('an agent that goes wrong', () => {
  it.each<[string, readonly Step[], object]>([
    ['leaves', [{ complain: 'Out of luck.' }, { exit: 3 }], { kind: 'crashed', exitCode: 3, message: 'Out of luck.' }],
    ['leaves with exit code 0', [{ say: 'All done.' }, { exit: 0 }], { kind: 'crashed', exitCode: 0 }],
    ['is killed', [{ die: true }], { kind: 'crashed', signal: 'SIGKILL' }],
    ['refuses', [{ say: 'No.' }, { stop: 'refusal' }], { kind: 'other' }],
    ['takes too many turns', [{ stop: 'max_turn_requests' }], { kind: 'turn-limit' }],
    ['says nothing', [], { kind: 'invalid-output' }],
    ['hits a limit', [{ fail: { message: 'Rate limit reached.' } }], { kind: 'rate-limited' }],
    ['only talks about rate limits', [{ say: '429 rate limit' }, { fail: { message: 'Oops.' } }], { kind: 'other' }],
  ])('because it %s says so', async (_, steps, failure) => {
    const { provider, request } = smallAgent(steps);
    expect(outcomeIn(await collect(provider.run(request)))).toMatchObject({ status: 'failed', failure });
  });

  it('and is signed out says what to do', async () => {
    const { provider, request } = smallAgent([], { env: { SIGNED_OUT: '1' } });
    const failure = { kind: 'unauthenticated', hint: expect.stringContaining(process.execPath) };
    expect(outcomeIn(await collect(provider.run(request)))).toMatchObject({ failure });
  });

  it('is not there', async () => {
    const { provider, request } = smallAgent([], { command: 'no-such-agent' });
    expect(await collect(provider.run(request))).toMatchObject([
      { type: 'run.ended', outcome: { failure: { kind: 'unavailable', hint: expect.any(String) } } },
    ]);
  });

  it('sends what is no message, and is heard all the same', async () => {
    const garbage = 'npm notice\n[1]\n7\n{"method":"session/update"}\n{"method":"x","params":null}\n';
    const { provider, request } = smallAgent([{ garbage }, { say: 'Still here.' }]);
    expect(outcomeIn(await collect(provider.run(request)))).toEqual({ status: 'completed', text: 'Still here.' });
  });
});

describe.skipIf(process.platform === 'win32')('nothing is left', () => {
  const CHILDREN: readonly Step[] = [{ child: 'group' }, { child: 'daemon' }];
  const AT_WORK: readonly Step[] = [...CHILDREN, { say: 'Hm.' }, { open: 'shell' }, HANG];

  it('of an agent that answered', async () => {
    const agent = smallAgent([...CHILDREN, { say: 'ok' }], { system: hasty });
    expect(outcomeIn(await collect(agent.provider.run(agent.request)))).toMatchObject({ status: 'completed' });
    expect(living(agent)).toEqual([]);
  });

  it('of one that is aborted, which hears of it first', async () => {
    const agent = smallAgent(AT_WORK);
    expect(outcomeIn(await collectUntilMessage(agent))).toEqual({ status: 'aborted' });
    expect(agent.told()).toMatchObject({ cancelled: true });
    expect(living(agent)).toEqual([]);
  });

  it('of one whose reader leaves', async () => {
    const agent = smallAgent(AT_WORK);
    for await (const event of agent.provider.run(agent.request)) if (event.type === 'message') break;
    expect(living(agent)).toEqual([]);
  });

  it('of one that listens to nothing', async () => {
    const agent = smallAgent([{ deaf: true }, ...AT_WORK], { system: hasty });
    expect(outcomeIn(await collectUntilMessage(agent))).toEqual({ status: 'aborted' });
    expect(living(agent)).toEqual([]);
  });

  it('because nothing starts when it was aborted before', async () => {
    const { provider, request, told } = smallAgent([{ say: 'ok' }]);
    const events = await collect(provider.run(request, { signal: AbortSignal.abort() }));
    expect(events).toEqual([{ type: 'run.ended', outcome: { status: 'aborted' }, usage: {} }]);
    expect(told()).toEqual({});
  });
});

describe('limits', () => {
  it.each([
    ['a tool', { toolMs: 500 }, 'idle'],
    ['the whole run', { totalMs: 1_500 }, 'total'],
  ])('end %s', async (_, limits, limit) => {
    const { provider, request } = smallAgent([{ open: 'npm test' }, HANG], {}, { limits });
    expect(outcomeIn(await collect(provider.run(request)))).toMatchObject({ failure: { kind: 'timed-out', limit } });
  });
});

describe('the check', () => {
  it('tells the version, and asks nothing', async () => {
    const { provider, told } = smallAgent([]);
    expect(await provider.check()).toEqual({ status: 'ready', version: '1.2.3' });
    expect(told()).toEqual({});
  });

  it.each([
    ['is not there', { command: 'no-such-agent' }, 'not-installed'],
    ['speaks another version', { env: { SPEAKS: '9' } }, 'unusable'],
    ['is something else', { args: ['-e', 'console.log("hi")'] }, 'unusable'],
  ])('says that the agent %s', async (_, options, status) => {
    const { provider } = smallAgent([], options);
    expect(await provider.check()).toMatchObject({ status, message: expect.any(String), hint: expect.any(String) });
  });
});

/** Aborts the run at the agent's first message. */
async function collectUntilMessage({ provider, request }: SmallAgent): Promise<readonly AgentEvent[]> {
  const controller = new AbortController();
  const events: AgentEvent[] = [];
  for await (const event of provider.run(request, { signal: controller.signal })) {
    events.push(event);
    if (event.type === 'message') controller.abort();
  }
  return events;
}
