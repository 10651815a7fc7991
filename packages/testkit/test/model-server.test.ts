import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type ModelPlan,
  type ModelServer,
  playByMarker,
  playPrompts,
  playSteps,
  startModelServer,
} from '../src/model-server/index.ts';

let server: ModelServer | undefined;
afterEach(() => server?.close());

const start = async (plan: ModelPlan) => {
  server = await startModelServer({ plan });
  return server;
};

const user = (text: string) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
const openai = (body: Record<string, unknown>, key = 'a') => post(`/${key}/v1/responses`, { model: 'gpt', ...body });
const anthropic = (body: Record<string, unknown>) =>
  post('/b/v1/messages?beta=true', { model: 'claude', stream: true, ...body });

function post(url: string, body: unknown, signal?: AbortSignal) {
  const init = { method: 'POST', body: JSON.stringify(body) };
  return fetch(`${server?.url}${url}`, signal === undefined ? init : { ...init, signal });
}

/** The data of a server-sent event stream, event by event. */
const eventsOf = async (response: Response) =>
  (await response.text())
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice('data: '.length)));

describe('the model server', () => {
  it('plays the steps of a plan, one for each tool result that came back', async () => {
    await start(playSteps({ do: 'run', command: 'ls' }));
    const [, , first] = await eventsOf(await openai({ input: [user('Go.')] }));
    expect(first.item).toMatchObject({ type: 'function_call', name: 'exec_command' });
    expect(JSON.parse(first.item.arguments).cmd).toBe('ls');
    const output = { type: 'function_call_output', call_id: first.item.call_id, output: 'a.txt' };
    const [, , second] = await eventsOf(await openai({ input: [user('Go.'), first.item, output] }));
    expect(second.item.content[0].text).toBe('Done.');
    expect(server?.requests.map(({ step, toolOutput }) => [step, toolOutput])).toEqual([
      [0, undefined],
      [1, 'a.txt'],
    ]);
  });

  it('writes files with the tool that the client offers', async () => {
    await start(playSteps({ do: 'write', path: 'a/b.txt', content: 'x\ny\n' }));
    const patch = '*** Begin Patch\n*** Add File: a/b.txt\n+x\n+y\n*** End Patch\n';
    const [, , plain] = await eventsOf(await openai({ input: [user('Go.')] }));
    expect(JSON.parse(plain.item.arguments).cmd).toContain('base64 -d');
    const tools = [{ type: 'custom', name: 'apply_patch' }];
    const [, , patched] = await eventsOf(await openai({ input: [user('Go.')], tools }));
    expect(patched.item).toMatchObject({ type: 'custom_tool_call', name: 'apply_patch', input: patch });
    const input = [{ type: 'additional_tools', role: 'developer', tools: [] }, user('Go.')];
    const [, , code] = await eventsOf(await openai({ input }));
    expect(code.item).toMatchObject({ name: 'exec', input: expect.stringContaining('tools.apply_patch(') });
    const [, block, delta] = await eventsOf(await anthropic({ messages: [{ role: 'user', content: 'Go.' }] }));
    expect(block.content_block).toMatchObject({ type: 'tool_use', name: 'Write' });
    expect(JSON.parse(delta.delta.partial_json)).toEqual({ file_path: 'a/b.txt', content: 'x\ny\n' });
  });

  it('answers with structured output in the way the client asked for it', async () => {
    await start(playSteps({ do: 'answer', output: { status: 'done' } }));
    const [, , text] = await eventsOf(await openai({ input: [user('Go.')] }));
    expect(text.item.content[0].text).toBe('{"status":"done"}');
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'Go.' }] }];
    const tools = [{ name: 'StructuredOutput' }];
    const [, block] = await eventsOf(await anthropic({ messages, tools }));
    expect(block.content_block).toMatchObject({ type: 'tool_use', name: 'StructuredOutput' });
    const whole = await (await anthropic({ messages, tools, stream: false })).json();
    expect(whole).toMatchObject({ content: [{ input: { status: 'done' } }], stop_reason: 'tool_use' });
  });

  it('tells the prompts of a session from what the client itself says, and instructions from both', async () => {
    await start(playPrompts(playSteps(), playSteps({ do: 'answer', text: 'Again.' })));
    const input = [
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Be brief.' }] },
      user('<environment_context>here</environment_context>'),
      user('First.'),
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Done.' }] },
      user('Second.'),
    ];
    const [, , again] = await eventsOf(await openai({ input, instructions: 'You are an agent.' }));
    expect(again.item.content[0].text).toBe('Again.');
    expect(server?.requests[0]).toMatchObject({
      prompts: ['First.', 'Second.'],
      prompt: 'Second.',
      instructions: 'You are an agent.\nBe brief.',
    });
  });

  it('chooses the plan by what the prompt contains, and refuses what it does not know', async () => {
    await start(playByMarker({ 'task-1': playSteps({ do: 'answer', text: 'One.' }) }));
    const [, , one] = await eventsOf(await openai({ input: [user('Do task-1.')] }));
    expect(one.item.content[0].text).toBe('One.');
    expect((await openai({ input: [user('Do task-2.')] })).status).toBe(400);
  });

  it('fails with the status, the type and the waiting time of the plan, and counts what is tried again', async () => {
    await start(({ retry }) =>
      retry < 1 ? { do: 'fail', status: 429, retryAfterSeconds: 7, resetsAt: 5 } : { do: 'answer', text: 'At last.' },
    );
    const refused = await openai({ input: [user('Go.')] });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await refused.json()).toMatchObject({ error: { type: 'rate_limit_exceeded', resets_at: 5 } });
    expect((await openai({ input: [user('Go.')] }, 'another-client')).status).toBe(429);
    expect((await openai({ input: [user('Go.')] })).status).toBe(200);
    const limited = await anthropic({ messages: [{ role: 'user', content: 'Go.' }] });
    expect(limited.headers.get('anthropic-ratelimit-unified-reset')).toBe('5');
  });

  it('hangs up in the middle, and closes at once although a client waits for ever', async () => {
    const silent = await start(({ prompt }) =>
      prompt === 'Break.' ? { do: 'disconnect' } : { do: 'hang', when: 'before-headers' },
    );
    const broken = await openai({ input: [user('Break.')] });
    await expect(broken.text()).rejects.toThrow();
    const waiting = openai({ input: [user('Wait.')] });
    const refused = expect(waiting).rejects.toThrow();
    await Promise.resolve();
    await silent.close();
    await refused;
  });

  it('prepares a home of its own for each client', async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'model-server-'));
    const { url, environmentFor } = await start(playSteps());
    const codex = await environmentFor('codex', path.join(root, 'one'));
    const claude = await environmentFor('claude', path.join(root, 'two'), 'two');
    const config = await readFile(path.join(root, 'one', 'codex', 'config.toml'), 'utf8');
    expect(config).toContain(`base_url = "${url}/client-1/v1"`);
    expect(codex).toMatchObject({ HOME: path.join(root, 'one'), CODEX_HOME: path.join(root, 'one', 'codex') });
    expect(claude).toMatchObject({ ANTHROPIC_BASE_URL: `${url}/two` });
    await rm(root, { recursive: true });
  });
});
