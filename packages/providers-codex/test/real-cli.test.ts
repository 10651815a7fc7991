import { existsSync, watch } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AgentEvent, AgentProvider, AgentRequest, RunId, SessionId } from '@backlog-runner/contracts';
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
import { type CodexOptions, codex } from '../src/index.ts';

const installed = await installedAgent('codex');
const title = 'the real codex CLI';
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
    { do: 'run', command: 'echo one > shell.txt; env | grep -c MODEL_SERVER_KEY' },
    { do: 'write', path: 'deep/file.txt', content: 'two\n' },
  ),
  ANSWER: playSteps({ do: 'answer', output: { status: 'done' } }),
  TWICE: playPrompts(
    playSteps({ do: 'answer', text: 'first' }),
    playSteps({ do: 'run', command: 'echo again > again.txt' }, { do: 'answer', text: 'second' }),
  ),
  LIMIT: () => ({ do: 'fail', status: 429, type: 'usage_limit_reached', resetsAt: RESETS_AT }),
  BUSY: () => ({ do: 'fail', status: 429, retryAfterSeconds: 1 }),
  STRANGER: () => ({ do: 'fail', status: 401 }),
  SILENCE: () => ({ do: 'hang', when: 'before-headers' }),
  BROKEN: playPrompts(playSteps({ do: 'run', command: DAEMON }), playSteps({ do: 'answer', text: 'Going on.' })),
  DAEMON: playSteps({ do: 'run', command: DAEMON }),
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
      root = await realpath(await mkdtemp(path.join(tmpdir(), 'real-codex-')));
      environment = {
        PATH: process.env.PATH ?? '',
        ...(await server.environmentFor('codex', path.join(root, 'home'))),
      };
    });
    afterAll(async () => {
      await server?.close();
      if (root) await rm(root, { recursive: true, force: true, maxRetries: 5 });
    });

    const provider = (options: CodexOptions = {}): AgentProvider =>
      codex({ command: installed?.path ?? '', environment, ...options });

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
        origin: { run: `real-codex-${process.pid}-${number}` as RunId, role: 'code', tryNumber: 1, turn: 1 },
        ...changes,
      };
    };

    it('is found ready without a model being called', async () => {
      const own = await server.environmentFor('codex', path.join(root, 'checked'), 'checked');
      const health = await provider({ environment: { ...environment, ...own } }).check();
      expect(health).toEqual({ status: 'ready', version: installed?.version });
      expect(server.requests.filter(({ key }) => key === 'checked')).toEqual([]);
    });

    it('is found not signed in with an empty home', async () => {
      const home = path.join(root, 'empty-home');
      await mkdir(home);
      const health = await provider({ environment: { PATH: process.env.PATH, HOME: home } }).check();
      expect(health).toMatchObject({ status: 'not-signed-in', hint: 'codex login' });
    });

    it('answers, with its session first, its usage, and our instructions apart from the prompt', async () => {
      const request = await newRequest('HELLO apart', { instructions: 'Standing "orders".\nTwo lines.' });
      const events = await collect(provider().run(request));
      expect(events.find((event) => event.type !== 'native')?.type).toBe('session');
      expect(events.at(-1)).toMatchObject({
        outcome: { status: 'completed', text: 'Hello.' },
        usage: { inputTokens: 1000, outputTokens: 10 },
      });
      const asked = server.requests.find(({ prompt }) => prompt.includes('HELLO apart'));
      expect(asked?.instructions).toContain('Standing "orders".\nTwo lines.');
      expect(asked?.prompts.join()).not.toContain('orders');
    });

    it.each(['gpt-5.5', 'gpt-6-sol'])('edits files with the tools of %s and hides its key from them', async (model) => {
      const request = await newRequest('EDIT', { model });
      const events = await collect(provider().run(request));
      expect(await readFile(path.join(request.directory, 'shell.txt'), 'utf8')).toBe('one\n');
      expect(await readFile(path.join(request.directory, 'deep/file.txt'), 'utf8')).toBe('two\n');
      expect(events).toContainEqual({ type: 'file', path: 'deep/file.txt', change: 'added' });
      const shell = events.find((event) => event.type === 'tool' && event.phase === 'ended' && event.name === 'shell');
      expect(shell).toMatchObject({ ok: false, summary: 'echo one > shell.txt; env | grep -c MODEL_SERVER_KEY' });
      expect((await readdir(request.directory)).sort()).toEqual(['deep', 'shell.txt']);
    });

    it('reads AGENTS.md, but runs nothing that the repository configures unless told to', async () => {
      const request = await newRequest('HELLO guided');
      const configure = (file: string) =>
        `[mcp_servers.own]\ncommand = "touch"\nargs = ["${path.join(request.directory, file)}"]\n`;
      const below = path.join(request.directory, 'below');
      await mkdir(path.join(request.directory, '.git'));
      await mkdir(path.join(request.directory, '.codex'));
      await mkdir(path.join(below, '.codex'), { recursive: true });
      await writeFile(path.join(request.directory, 'AGENTS.md'), 'Use tabs here.');
      await writeFile(path.join(request.directory, '.codex', 'config.toml'), configure('above-ran'));
      await writeFile(path.join(below, '.codex', 'config.toml'), configure('below-ran'));
      const ran = async () => (await readdir(request.directory)).filter((name) => name.endsWith('-ran'));

      const home = path.join(root, 'trusting');
      const own = { ...environment, ...(await server.environmentFor('codex', home)) };
      await appendFile(
        path.join(home, 'codex', 'config.toml'),
        `[projects."${request.directory}"]\ntrust_level = "trusted"\n`,
      );
      const outcome = await collect(provider({ environment: own }).run({ ...request, directory: below }));
      expect(outcome.at(-1)).toMatchObject({ outcome: { status: 'completed' } });
      expect(await ran()).toEqual([]);
      expect(server.requests.find(({ prompt }) => prompt.includes('HELLO guided'))?.prompt).toContain('Use tabs here.');

      const trusting = provider({ environment: own, dangerouslyTrustRepositoryConfig: true });
      await collect(trusting.run({ ...request, directory: below }));
      expect(await ran()).not.toEqual([]);
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
      const request = await newRequest('HELLO', { resume: '01a2025c-0000-7000-8000-000000000000' as SessionId });
      const events = await collect(provider().run(request));
      expect(failureIn(events)).toMatchObject({ kind: 'other', message: expect.stringContaining('no rollout found') });
    });

    it('reports a usage limit with the time of its reset', async () => {
      const failure = failureIn(await collect(provider().run(await newRequest('LIMIT'))));
      expect(failure).toMatchObject({ kind: 'rate-limited' });
      const retryAt = failure?.kind === 'rate-limited' ? failure.retryAt : undefined;
      expect(Math.abs((retryAt ?? 0) - RESETS_AT * 1000)).toBeLessThanOrEqual(60_000);
    });

    it('reports a rate limit that it could not get over', async () => {
      expect(failureIn(await collect(provider().run(await newRequest('BUSY'))))).toMatchObject({
        kind: 'rate-limited',
      });
    });

    it('reports a key that is not accepted', async () => {
      const failure = failureIn(await collect(provider().run(await newRequest('STRANGER'))));
      expect(failure).toMatchObject({ kind: 'unauthenticated', hint: 'codex login' });
    });

    it('reports a vendor that cannot be reached', async () => {
      const extraConfig = ['model_providers.model-server.base_url="http://127.0.0.1:9/v1"'];
      const failure = failureIn(await collect(provider({ extraConfig }).run(await newRequest('HELLO'))));
      expect(failure).toMatchObject({ kind: 'unavailable' });
    });

    it('is ended when the model never answers', async () => {
      const request = await newRequest('SILENCE', { limits: { idleMs: 1500, totalMs: 80_000, toolMs: 1000 } });
      expect(failureIn(await collect(provider().run(request)))).toMatchObject({ kind: 'timed-out', limit: 'idle' });
    });

    it('is ended when one tool call takes too long, although it was silent for longer before', async () => {
      const request = await newRequest('DAEMON', { limits: { idleMs: 60_000, totalMs: 80_000, toolMs: 700 } });
      const failure = failureIn(await collect(provider().run(request)));
      expect(failure).toMatchObject({ kind: 'timed-out', message: expect.stringContaining('shell') });
    });

    it.each([true, false])('leaves nothing when aborted in the middle of a tool (no sandbox: %s)', async (bypass) => {
      const request = await newRequest('DAEMON');
      const controller = new AbortController();
      const run = collect(provider({ dangerouslyBypassSandbox: bypass }).run(request, { signal: controller.signal }));
      await appearance(request.directory, 'started');
      controller.abort();
      expect((await run).at(-1)).toMatchObject({ type: 'run.ended', outcome: { status: 'aborted' } });
      expect(await findMarked(`${request.origin.run}/`)).toEqual([]);
      expect(await readdir(request.directory)).toEqual(['started']);
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
      const request = await newRequest('EDIT', { access: 'read-only' });
      const events = await collect(provider({ dangerouslyBypassSandbox: true }).run(request));
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
