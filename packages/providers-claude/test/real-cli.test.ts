import { existsSync, watch } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type AgentEvent,
  type AgentProvider,
  type AgentRequest,
  type RunId,
  type SessionId,
  system,
} from '@backlog-runner/contracts';
import { findMarked } from '@backlog-runner/subprocess';
import {
  installedAgent,
  type ModelServer,
  playByMarker,
  playPrompts,
  playSteps,
  startModelServer,
} from '@backlog-runner/testkit/model-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClaudeOptions, claude } from '../src/index.ts';

const installed = await installedAgent('claude');
const title = 'the real claude CLI';
const ANSWER_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['status'],
  properties: { status: { type: 'string' } },
};
const RESETS_AT = Math.floor(Date.UTC(2040, 0, 1) / 1000);
const DAEMON = 'setsid nohup sleep 5000 >/dev/null 2>&1 & touch started; sleep 5000';

const plan = playByMarker({
  HELLO: playSteps({ do: 'answer', text: 'Hello.' }),
  EDIT: playSteps(
    { do: 'run', command: 'echo one > shell.txt; sleep 0.1' },
    { do: 'write', path: 'deep/file.txt', content: 'two\n' },
  ),
  ANSWER: playSteps({ do: 'answer', output: { status: 'done' } }),
  TWICE: playPrompts(
    playSteps({ do: 'answer', text: 'first' }),
    playSteps({ do: 'run', command: 'echo again > again.txt' }, { do: 'answer', text: 'second' }),
  ),
  LIMIT: () => ({ do: 'fail', status: 429, retryAfterSeconds: 60 }),
  BUSY: () => ({ do: 'fail', status: 429, retryAfterSeconds: 1 }),
  SUBSCRIPTION: () => ({ do: 'fail', status: 429, resetsAt: RESETS_AT }),
  STRANGER: () => ({ do: 'fail', status: 401 }),
  LONG: () => ({ do: 'fail', status: 400, message: 'prompt is too long: 300000 tokens > 200000 maximum' }),
  TURNS: playSteps({ do: 'run', command: 'true' }, { do: 'run', command: 'true' }, { do: 'run', command: 'true' }),
  SILENCE: () => ({ do: 'hang', when: 'before-headers' }),
  SLOW: playSteps({ do: 'run', command: 'sleep 5000' }, { do: 'answer', text: 'It took too long.' }),
  BROKEN: playPrompts(playSteps({ do: 'run', command: DAEMON }), playSteps({ do: 'answer', text: 'Going on.' })),
  DAEMON: playSteps({ do: 'run', command: DAEMON }),
  LEAVES: playSteps({ do: 'run', command: 'setsid nohup sleep 5000 >/dev/null 2>&1 & true' }),
});

describe.skipIf(installed === undefined)(
  installed ? title : `${title} (not installed: node tools/agents.mjs)`,
  { concurrent: true },
  () => {
    let server: ModelServer;
    let root: string;
    let environment: Record<string, string>;
    let count = 0;

    beforeAll(async () => {
      server = await startModelServer({ plan });
      root = await realpath(await mkdtemp(path.join(tmpdir(), 'real-claude-')));
      environment = {
        PATH: process.env.PATH ?? '',
        ...(await server.environmentFor('claude', path.join(root, 'home'))),
      };
    });
    afterAll(async () => {
      await server?.close();
      if (root) await rm(root, { recursive: true, force: true, maxRetries: 5 });
    });

    const provider = (options: ClaudeOptions = {}): AgentProvider =>
      claude({ command: installed?.path ?? '', environment, ...options });

    const newRequest = async (prompt: string, changes: Partial<AgentRequest> = {}): Promise<AgentRequest> => {
      // Tests run side by side: after the next `await` it may be another one's.
      count += 1;
      const number = count;
      const directory = path.join(root, `workspace-${number}`);
      await mkdir(directory);
      return {
        prompt,
        directory,
        access: 'workspace',
        limits: { idleMs: 60_000, totalMs: 80_000, toolMs: 60_000 },
        environment: {},
        origin: { run: `real-claude-${process.pid}-${number}` as RunId, role: 'code', tryNumber: 1, turn: 1 },
        ...changes,
      };
    };

    it('is found ready without a model being called', async () => {
      const own = await server.environmentFor('claude', path.join(root, 'checked'), 'checked');
      const health = await provider({ environment: { ...environment, ...own } }).check();
      expect(health).toEqual({ status: 'ready', version: installed?.version });
      expect(server.requests.filter(({ key }) => key === 'checked')).toEqual([]);
    });

    it('is found not signed in with an empty home', async () => {
      const home = path.join(root, 'empty-home');
      await mkdir(home);
      const health = await provider({ environment: { PATH: process.env.PATH, HOME: home } }).check();
      expect(health).toMatchObject({ status: 'not-signed-in', hint: 'claude auth login' });
    });

    it('answers, with its session first, its usage, and our instructions and CLAUDE.md apart from the prompt', async () => {
      const request = await newRequest('HELLO apart', { instructions: 'Standing "orders".\nTwo lines.' });
      await mkdir(path.join(request.directory, '.git'));
      await writeFile(path.join(request.directory, 'CLAUDE.md'), 'Use tabs here.');
      const events = await collect(provider().run(request));
      expect(events[0]?.type).toBe('session');
      expect(events.at(-1)).toMatchObject({
        outcome: { status: 'completed', text: 'Hello.' },
        usage: { inputTokens: 1000, outputTokens: 10, turns: 1 },
      });
      const asked = server.requests.find(({ prompt }) => prompt.includes('HELLO apart'));
      expect(asked?.instructions).toContain('Standing "orders".\nTwo lines.');
      expect(asked?.instructions).toContain('Use tabs here.');
      expect(asked?.prompts.join()).not.toContain('orders');
    });

    it('edits files with its tools', async () => {
      const request = await newRequest('EDIT');
      const events = await collect(provider().run(request));
      expect(await readFile(path.join(request.directory, 'shell.txt'), 'utf8')).toBe('one\n');
      expect(await readFile(path.join(request.directory, 'deep/file.txt'), 'utf8')).toBe('two\n');
      expect(events).toContainEqual({ type: 'file', path: 'deep/file.txt', change: 'added' });
      const summary = 'echo one > shell.txt; sleep 0.1';
      expect(events).toContainEqual({ type: 'tool', phase: 'ended', name: 'Bash', summary, ok: true });
      expect((await readdir(request.directory)).sort()).toEqual(['deep', 'shell.txt']);
    });

    it('does not run the hooks of a repository unless it is told to', async () => {
      const request = await newRequest('HELLO');
      const hook = { hooks: [{ type: 'command', command: `touch ${path.join(request.directory, 'hooked')}` }] };
      await mkdir(path.join(request.directory, '.claude'));
      await writeFile(
        path.join(request.directory, '.claude', 'settings.json'),
        JSON.stringify({ hooks: { SessionStart: [hook] } }),
      );
      await collect(provider().run(request));
      expect(await readdir(request.directory)).toEqual(['.claude']);
      await collect(provider({ dangerouslyRunRepositoryHooks: true }).run(request));
      expect(await readdir(request.directory)).toEqual(['.claude', 'hooked']);
    });

    it('gives structured output', async () => {
      const request = await newRequest('ANSWER', { outputSchema: ANSWER_SCHEMA });
      const events = await collect(provider().run(request));
      expect(events.at(-1)).toMatchObject({ outcome: { status: 'completed', output: { status: 'done' } } });
    });

    it('continues a session, may still write, and reports the usage of each run alone', async () => {
      const request = await newRequest('TWICE');
      const first = await collect(provider().run(request));
      const second = await collect(provider().run({ ...request, prompt: 'TWICE more', resume: sessionIn(first) }));
      expect(sessionIn(second)).toBe(sessionIn(first));
      expect(await readFile(path.join(request.directory, 'again.txt'), 'utf8')).toBe('again\n');
      expect(first.at(-1)).toMatchObject({ usage: { inputTokens: 1000, outputTokens: 10 } });
      expect(second.at(-1)).toMatchObject({
        outcome: { text: 'second' },
        usage: { inputTokens: 2000, outputTokens: 20 },
      });
    });

    it('says that it does not know a session, instead of beginning another', async () => {
      const request = await newRequest('HELLO', { resume: '01a2025c-0000-4000-8000-000000000000' as SessionId });
      const failure = failureIn(await collect(provider().run(request)));
      expect(failure).toMatchObject({ kind: 'other', message: expect.stringContaining('No conversation found') });
    });

    it('does not hold a worker while the vendor asks for a long wait, and says until when', async () => {
      const asked = system.now();
      const failure = failureIn(await collect(provider().run(await newRequest('LIMIT'))));
      expect(failure).toMatchObject({ kind: 'rate-limited' });
      const retryAt = failure?.kind === 'rate-limited' ? failure.retryAt : undefined;
      expect((retryAt ?? 0) - asked).toBeGreaterThan(50_000);
      expect((retryAt ?? 0) - asked).toBeLessThan(90_000);
    });

    it('reports a subscription limit with the time of its reset', async () => {
      const subscribed = { ...environment, ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'not-a-real-token' };
      const failure = failureIn(
        await collect(provider({ environment: subscribed }).run(await newRequest('SUBSCRIPTION'))),
      );
      expect(failure).toMatchObject({ kind: 'rate-limited', retryAt: RESETS_AT * 1000 });
    });

    it('reports a rate limit that it could not get over', async () => {
      const impatient = { ...environment, CLAUDE_CODE_MAX_RETRIES: '1' };
      const failure = failureIn(await collect(provider({ environment: impatient }).run(await newRequest('BUSY'))));
      expect(failure).toMatchObject({ kind: 'rate-limited' });
    });

    it('reports a key that is not accepted', async () => {
      const failure = failureIn(await collect(provider().run(await newRequest('STRANGER'))));
      expect(failure).toMatchObject({ kind: 'unauthenticated', hint: 'claude auth login' });
    });

    it('reports a vendor that cannot be reached', async () => {
      const unreachable = { ...environment, ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', CLAUDE_CODE_MAX_RETRIES: '0' };
      const failure = failureIn(await collect(provider({ environment: unreachable }).run(await newRequest('HELLO'))));
      expect(failure).toMatchObject({ kind: 'unavailable' });
    });

    it('reports a prompt that is too long, and too many turns', async () => {
      expect(failureIn(await collect(provider().run(await newRequest('LONG'))))).toMatchObject({
        kind: 'context-overflow',
      });
      const limits = { idleMs: 60_000, totalMs: 80_000, toolMs: 60_000, maxTurns: 2 };
      const failure = failureIn(await collect(provider().run(await newRequest('TURNS', { limits }))));
      expect(failure).toMatchObject({ kind: 'turn-limit' });
    });

    it('is ended when the model never answers', async () => {
      const request = await newRequest('SILENCE', { limits: { idleMs: 2500, totalMs: 80_000, toolMs: 1000 } });
      expect(failureIn(await collect(provider().run(request)))).toMatchObject({ kind: 'timed-out', limit: 'idle' });
    });

    it('ends one tool call that takes too long, and goes on', async () => {
      const request = await newRequest('SLOW', { limits: { idleMs: 60_000, totalMs: 80_000, toolMs: 1000 } });
      const events = await collect(provider().run(request));
      expect(events).toContainEqual({ type: 'tool', phase: 'ended', name: 'Bash', summary: 'sleep 5000', ok: false });
      expect(events.at(-1)).toMatchObject({ outcome: { status: 'completed', text: 'It took too long.' } });
    });

    it('leaves nothing when aborted in the middle of a tool', async () => {
      const request = await newRequest('DAEMON');
      const controller = new AbortController();
      const run = collect(provider().run(request, { signal: controller.signal }));
      await appearance(request.directory, 'started');
      controller.abort();
      expect((await run).at(-1)).toMatchObject({ type: 'run.ended', outcome: { status: 'aborted' } });
      expect(await findMarked(`${request.origin.run}/`)).toEqual([]);
      expect(await readdir(request.directory)).toEqual(['started']);
    });

    it('leaves nothing of what a successful run started', async () => {
      const request = await newRequest('LEAVES');
      const events = await collect(provider().run(request));
      expect(events.at(-1)).toMatchObject({ outcome: { status: 'completed' } });
      expect(await findMarked(`${request.origin.run}/`)).toEqual([]);
    });

    it('goes on with a session that was aborted in the middle of a tool', async () => {
      const request = await newRequest('BROKEN');
      const controller = new AbortController();
      const run = collect(provider().run(request, { signal: controller.signal }));
      await appearance(request.directory, 'started');
      controller.abort();
      const resumed = { ...request, prompt: 'BROKEN, go on.', resume: sessionIn(await run) };
      expect((await collect(provider().run(resumed))).at(-1)).toMatchObject({
        outcome: { status: 'completed', text: 'Going on.' },
      });
      const { prompts } = server.requests.findLast(({ prompt }) => prompt.includes('BROKEN')) ?? { prompts: [] };
      expect(prompts.map((prompt) => prompt.includes('BROKEN'))).toEqual([true, true]);
    });

    it('cannot write anything with read-only access', async () => {
      const request = await newRequest('EDIT', { access: 'read-only', outputSchema: ANSWER_SCHEMA });
      const events = await collect(provider().run(request));
      expect(events.at(-1)).toMatchObject({ outcome: { status: 'completed' } });
      expect(await readdir(request.directory)).toEqual([]);
    });
  },
);

async function collect(events: AsyncIterable<AgentEvent>): Promise<AgentEvent[]> {
  const all: AgentEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

function sessionIn(events: readonly AgentEvent[]): SessionId {
  const event = events.find((candidate) => candidate.type === 'session');
  if (event === undefined) throw new Error(`No session in ${JSON.stringify(events)}`);
  return event.session;
}

function failureIn(events: readonly AgentEvent[]) {
  const last = events.at(-1);
  return last?.type === 'run.ended' && last.outcome.status === 'failed' ? last.outcome.failure : undefined;
}

/** Resolves when the file exists. */
function appearance(directory: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(directory, () => look());
    const look = () => {
      if (!existsSync(path.join(directory, name))) return;
      watcher.close();
      resolve();
    };
    look();
  });
}
