import type { AgentEvent, EpochMs } from '@backlog-runner/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../src/classify-failure.ts';
import { type CodexRun, NOTHING_READ, readLine } from '../src/read-event.ts';
import { NO_TOTALS, usageBetween } from '../src/usage.ts';
import { RECORDINGS, type Recording } from './recordings.ts';
import { SCENARIOS } from './scenarios.ts';

const now = Date.UTC(2026, 10, 22) as EpochMs;
const failed = (failure: Record<string, unknown>) => ({ status: 'failed', failure });

const OUTCOMES: Record<string, unknown> = {
  hello: { status: 'completed', text: 'Hello, wörld ✓.' },
  edits: { status: 'completed', text: 'Edited.' },
  'edits-in-code-mode': { status: 'completed', text: 'Edited.' },
  structured: { status: 'completed', text: '{"status":"done"}', output: { status: 'done' } },
  resumed: { status: 'completed', text: 'Second.' },
  'unknown-session': failed({ kind: 'other', message: expect.stringContaining('no rollout found') }),
  empty: failed({ kind: 'invalid-output' }),
  interrupted: { status: 'aborted' },
  'usage-limit': failed({ kind: 'rate-limited', retryAt: new Date(2040, 0, 1, 12).getTime() }),
  quota: failed({ kind: 'rate-limited' }),
  'rate-limit': failed({ kind: 'rate-limited' }),
  unauthorized: failed({ kind: 'unauthenticated', hint: 'codex login' }),
  forbidden: failed({ kind: 'unauthenticated' }),
  'no-key': failed({ kind: 'unauthenticated' }),
  'bad-request': failed({ kind: 'other', message: 'Line 429 is not valid.' }),
  'too-long': failed({ kind: 'context-overflow' }),
  'server-error': failed({ kind: 'unavailable' }),
  overloaded: failed({ kind: 'unavailable' }),
  disconnected: failed({ kind: 'unavailable' }),
  unreachable: failed({ kind: 'unavailable' }),
  'talks-about-limits': { status: 'completed', text: expect.stringContaining('429') },
  'talks-about-limits-and-fails': failed({ kind: 'other', message: 'The tool output is not valid.' }),
};

describe('recordings of codex', () => {
  it('exist for every scenario', () => {
    expect(Object.keys(OUTCOMES).sort()).toEqual(Object.keys(SCENARIOS).sort());
    expect([...new Set(RECORDINGS.map(({ name }) => name))].sort()).toEqual(Object.keys(SCENARIOS).sort());
  });

  it.each(RECORDINGS.map((recording) => [recording.name, recording.version, recording] as const))(
    'end as they should: %s of %s',
    (name, _, recording) => {
      const { run } = read(recording.lines);
      const { end, stderr } = recording;
      const outcome = outcomeOf({ run, end, stderr, now, asksForOutput: name === 'structured' });
      expect(outcome).toMatchObject(OUTCOMES[name] as object);
    },
  );

  it.each(['edits', 'edits-in-code-mode'])('tell what was done: %s', (name) => {
    const { run, events } = read(recordingOf(name).lines);
    const shell = { type: 'tool', name: 'shell', summary: 'echo one > shell.txt; false' };
    const edit = { type: 'tool', name: 'edit', summary: `/recorded/${name}/deep/file.txt` };
    expect(events.filter(({ type }) => type !== 'native')).toEqual([
      { type: 'session', session: run.thread },
      { ...shell, phase: 'started' },
      { ...shell, phase: 'ended', ok: false },
      { ...edit, phase: 'started' },
      { ...edit, phase: 'ended', ok: true },
      { type: 'file', path: 'deep/file.txt', change: 'added' },
      { type: 'message', text: 'Edited.' },
    ]);
    expect(usageBetween(NO_TOTALS, run.totals)).toEqual({ inputTokens: 3000, cachedInputTokens: 0, outputTokens: 30 });
  });

  it('know a tool as open until it ends, and keep the words of an interrupted one', () => {
    const { run } = read(recordingOf('interrupted').lines);
    expect([...run.openTools.values()]).toEqual(['shell']);
    const ended = readLine(run, '{"type":"turn.completed","usage":{}}', '/recorded');
    expect(ended.run.openTools.size).toBe(0);
    expect(ended.events).toContainEqual(expect.objectContaining({ type: 'tool', phase: 'ended', ok: false }));
  });
});

describe('the reader', () => {
  it('survives any line, and keeps it for the transcript', () => {
    const line = fc.oneof(fc.string(), fc.json(), fc.constantFrom(...RECORDINGS.flatMap(({ lines }) => lines)));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const { events } = read(lines);
        expect(events.filter(({ type }) => type === 'native').length).toBe(lines.filter((text) => text.trim()).length);
      }),
    );
  });

  it('survives any value in the place of any field', () => {
    const types = ['thread.started', 'item.started', 'item.completed', 'turn.completed', 'turn.failed', 'error'];
    const items = ['agent_message', 'command_execution', 'file_change', 'mcp_tool_call', 'collab_tool_call', 'error'];
    const value = fc.jsonValue();
    const item = fc.record(
      { id: value, type: fc.constantFrom(...items), text: value, command: value, changes: value, exit_code: value },
      { requiredKeys: ['type'] },
    );
    const record = fc.record(
      { type: fc.constantFrom(...types), item: fc.oneof(item, value), usage: value, error: value, thread_id: value },
      { requiredKeys: ['type'] },
    );
    fc.assert(fc.property(fc.array(record), (records) => void read(records.map((entry) => JSON.stringify(entry)))));
  });

  it('is not misled by noise between the lines', () => {
    const { lines } = recordingOf('edits');
    const noise = fc.array(
      fc.string().filter((text) => !text.trim().startsWith('{')),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(fc.array(noise, { minLength: lines.length, maxLength: lines.length }), (noises) => {
        const noisy = read(lines.flatMap((line, index) => [...(noises[index] ?? []), line]));
        expect(noisy.run).toEqual(read(lines).run);
      }),
    );
  });
});

function read(lines: readonly string[]): { run: CodexRun; events: AgentEvent[] } {
  const events: AgentEvent[] = [];
  let run = NOTHING_READ;
  for (const line of lines) {
    const step = readLine(run, line, directoryIn(lines));
    run = step.run;
    events.push(...step.events);
  }
  return { run, events };
}

const directoryIn = (lines: readonly string[]) => /"(\/recorded\/[\w-]+)\//.exec(lines.join('\n'))?.[1] ?? '/recorded';

function recordingOf(name: string): Recording {
  const recording = RECORDINGS.find((candidate) => candidate.name === name);
  if (recording === undefined) throw new Error(`No recording of ${name}.`);
  return recording;
}
