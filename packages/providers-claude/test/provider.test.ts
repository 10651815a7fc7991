import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  type AgentEvent,
  type AgentRequest,
  type RunId,
  type SessionId,
  type System,
  system,
} from '@backlog-runner/contracts';
import { findMarked } from '@backlog-runner/subprocess';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ClaudeOptions, claude } from '../src/index.ts';
import { RECORDINGS } from './recordings.ts';

const command = path.join(import.meta.dirname, 'fake-agent.mjs');
const LINES = RECORDINGS.find(({ name }) => name === 'edits')?.lines ?? [];
const TOOL_OPEN = LINES.findIndex((line) => line.includes('"tool_use"')) + 1;
/** Time passes fifty times faster. */
const hasty: System = {
  ...system,
  monotonic: () => system.monotonic() * 50,
  after: (ms, action, options) => system.after(ms / 50, action, options),
};

describe.skipIf(process.platform === 'win32')('a run of claude', () => {
  let root: string;
  let directory: string;
  let count = 0;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), 'fake-claude-')));
    directory = await mkdtemp(path.join(root, 'workspace-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const provider = (options: ClaudeOptions = {}) =>
    claude({ command, environment: { PATH: process.env.PATH, HOME: root, TMPDIR: root }, system: hasty, ...options });

  const requestFor = (fake: Record<string, unknown>, changes: Partial<AgentRequest> = {}): AgentRequest => {
    count += 1;
    return {
      prompt: '-p looks like a flag; "$(touch no)"',
      directory,
      access: 'workspace',
      limits: { idleMs: 500_000, totalMs: 1_000_000, toolMs: 500_000 },
      environment: { FAKE: JSON.stringify(fake) },
      origin: { run: `fake-claude-${process.pid}-${count}` as RunId, role: 'code', tryNumber: 1, turn: 1 },
      ...changes,
    };
  };

  const replayOf = (lines: readonly string[]) => {
    const file = path.join(root, 'replay.jsonl');
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
    return file;
  };

  it('gives the prompt on standard input, an allowlisted environment, and a temporary directory of its own', async () => {
    const note = path.join(root, 'note.json');
    const environment = { PATH: process.env.PATH, HOME: root, ANTHROPIC_API_KEY: 'k', DATABASE_PASSWORD: 'x' };
    const request = requestFor({ note });
    await collect(provider({ environment }).run(request));
    const seen = JSON.parse(readFileSync(note, 'utf8'));
    expect(seen.input).toBe(request.prompt);
    expect(seen.args).not.toContain(request.prompt);
    expect(seen.environment).toMatchObject({ HOME: root, ANTHROPIC_API_KEY: 'k' });
    expect(seen.environment).not.toHaveProperty('DATABASE_PASSWORD');
    expect(seen.environment).toMatchObject({
      CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
      BASH_MAX_TIMEOUT_MS: '500000',
    });
    expect(seen.temporary).toBe(true);
    expect(existsSync(path.dirname(seen.environment.TMPDIR))).toBe(false);
  });

  it.each([1, 2, 3, 7, 64])('reads the same events whatever the chunks: %i bytes', async (chunk) => {
    const replay = replayOf([
      ...LINES.slice(0, -1),
      '{"type":"assistant","message":{"content":[{"type":"text","text":"wörld ✓ 🎉"}]}}',
      ...LINES.slice(-1),
    ]);
    const whole = await collect(provider().run(requestFor({ replay })));
    const chunked = await collect(provider().run(requestFor({ replay, chunk })));
    expect(chunked.slice(1)).toEqual(whole.slice(1));
    expect(whole).toContainEqual({ type: 'message', text: 'wörld ✓ 🎉' });
    expect(whole.filter(({ type }) => type === 'run.ended').length).toBe(1);
  });

  it('that is not installed is unavailable, with the command to type', async () => {
    const events = await collect(provider({ command: 'no-such-agent' }).run(requestFor({})));
    const failure = { kind: 'unavailable', hint: expect.stringContaining('npm install') };
    expect(events).toMatchObject([{ type: 'run.ended', outcome: { failure } }]);
  });

  it('is no success only because its exit code is 0', async () => {
    expect(outcomeIn(await collect(provider().run(requestFor({}))))).toMatchObject({
      status: 'failed',
      failure: { kind: 'crashed', exitCode: 0, signal: null },
    });
  });

  it('that is killed says by which signal, and keeps its session', async () => {
    const events = await collect(
      provider().run(requestFor({ replay: replayOf(LINES.slice(0, 2)), afterwards: 'die' })),
    );
    expect(events.map(({ type }) => type)).toContain('session');
    expect(outcomeIn(events)).toMatchObject({ failure: { kind: 'crashed', exitCode: null, signal: 'SIGKILL' } });
  });

  it('is complete when its turn is, although the process lives on', async () => {
    const request = requestFor({ replay: replayOf(LINES), afterwards: 'linger' });
    expect(outcomeIn(await collect(provider().run(request)))).toEqual({ status: 'completed', text: 'Edited.' });
    expect(await findMarked(`${request.origin.run}/`)).toEqual([]);
  });

  it('ends after a long silence, but not while a tool is at work', async () => {
    const limits = { idleMs: 50_000, totalMs: 1_000_000, toolMs: 85_000 };
    const silent = requestFor({ replay: replayOf(LINES.slice(0, 2)), afterwards: 'linger' }, { limits });
    expect(outcomeIn(await collect(provider().run(silent)))).toMatchObject({
      failure: { kind: 'timed-out', limit: 'idle' },
    });
    const working = requestFor({ replay: replayOf(LINES.slice(0, TOOL_OPEN)), afterwards: 'linger' }, { limits });
    const outcome = outcomeIn(await collect(provider().run(working)));
    expect(outcome).toMatchObject({
      failure: { kind: 'timed-out', message: expect.stringContaining('The tool Bash') },
    });
  });

  it('ends at its total limit, whatever it does', async () => {
    const limits = { idleMs: 500_000, totalMs: 10_000, toolMs: 500_000 };
    const request = requestFor({ replay: replayOf(LINES.slice(0, TOOL_OPEN)), afterwards: 'deaf' }, { limits });
    expect(outcomeIn(await collect(provider().run(request)))).toMatchObject({
      failure: { kind: 'timed-out', limit: 'total' },
    });
    expect(await findMarked(`${request.origin.run}/`)).toEqual([]);
  });

  it('that is aborted leaves nothing, also when it does not listen', async () => {
    const request = requestFor({ replay: replayOf(LINES.slice(0, 1)), afterwards: 'deaf' });
    const controller = new AbortController();
    const events: AgentEvent[] = [];
    for await (const event of provider().run(request, { signal: controller.signal })) {
      events.push(event);
      if (event.type === 'session') controller.abort();
    }
    expect(outcomeIn(events)).toEqual({ status: 'aborted' });
    expect(await findMarked(`${request.origin.run}/`)).toEqual([]);
  });

  it('that is aborted beforehand starts nothing', async () => {
    const note = path.join(root, 'note.json');
    const events = await collect(provider().run(requestFor({ note }), { signal: AbortSignal.abort() }));
    expect(events).toEqual([{ type: 'run.ended', outcome: { status: 'aborted' }, usage: expect.anything() }]);
    expect(existsSync(note)).toBe(false);
  });

  it('ends when nobody listens any more', async () => {
    const request = requestFor({ replay: replayOf(LINES.slice(0, 2)), afterwards: 'linger' });
    for await (const event of provider().run(request)) if (event.type === 'session') break;
    expect(await findMarked(`${request.origin.run}/`)).toEqual([]);
  });

  it('does not take a flag for a session', async () => {
    const events = await collect(provider().run(requestFor({}, { resume: '--last' as SessionId })));
    expect(outcomeIn(events)).toMatchObject({ status: 'failed', failure: { kind: 'other' } });
    expect(events.length).toBe(1);
  });
});

describe('the check of claude', () => {
  it('says what to type when it is not installed', async () => {
    const health = await claude({ command: 'no-such-agent', environment: { PATH: '' } }).check();
    expect(health).toMatchObject({ status: 'not-installed', hint: 'npm install -g @anthropic-ai/claude-code' });
  });
});

describe('models', () => {
  it.each(['claude-opus-4-6', 'sonnet', 'haiku', 'opus', 'us.anthropic.claude-x', 'my-own-model'])(
    '%s may be for claude',
    (model) => {
      expect(claude().acceptsModel(model)).toBe(true);
    },
  );

  it.each(['gpt-5.4', 'o3', 'o4-mini', 'codex-mini', 'gemini-3-pro'])('%s is not for claude', (model) => {
    expect(claude().acceptsModel(model)).toBe(false);
  });
});

async function collect(events: AsyncIterable<AgentEvent>): Promise<AgentEvent[]> {
  const all: AgentEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

function outcomeIn(events: readonly AgentEvent[]) {
  const last = events.at(-1);
  return last?.type === 'run.ended' ? last.outcome : undefined;
}
