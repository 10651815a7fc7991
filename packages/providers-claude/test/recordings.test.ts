import type { AgentEvent, EpochMs } from '@backlog-runner/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../src/classify-failure.ts';
import { type ClaudeRun, NOTHING_READ, readLine } from '../src/read-event.ts';
import { RECORDINGS, type Recording } from './recordings.ts';
import { SCENARIOS } from './scenarios.ts';

const now = Date.UTC(2026, 10, 22) as EpochMs;
const failed = (failure: Record<string, unknown>) => ({ status: 'failed', failure });

const OUTCOMES: Record<string, unknown> = {
  hello: { status: 'completed', text: 'Hello, wörld ✓.' },
  edits: { status: 'completed', text: 'Edited.' },
  refused: { status: 'completed', text: 'I may not.' },
  structured: { status: 'completed', output: { status: 'done' } },
  'prose-for-output': { status: 'completed', text: 'It is done.' },
  'wrong-output': failed({ kind: 'invalid-output' }),
  resumed: { status: 'completed', text: 'Second.' },
  'unknown-session': failed({ kind: 'other', message: expect.stringContaining('No conversation found') }),
  empty: failed({ kind: 'invalid-output' }),
  interrupted: { status: 'aborted' },
  turns: failed({ kind: 'turn-limit' }),
  'rate-limit': failed({ kind: 'rate-limited' }),
  'long-wait': failed({ kind: 'rate-limited', retryAt: now + 60_000 }),
  subscription: failed({ kind: 'rate-limited', retryAt: Date.UTC(2040, 0, 1, 12) }),
  credit: failed({ kind: 'rate-limited', message: 'Credit balance is too low' }),
  unauthorized: failed({ kind: 'unauthenticated', hint: 'claude auth login' }),
  forbidden: failed({ kind: 'unauthenticated' }),
  'not-signed-in': failed({ kind: 'unauthenticated' }),
  'bad-request': failed({ kind: 'other', message: expect.stringContaining('Line 429 is not valid.') }),
  'unknown-model': failed({ kind: 'other', hint: 'Choose another model.' }),
  'too-long': failed({ kind: 'context-overflow' }),
  'server-error': failed({ kind: 'unavailable' }),
  overloaded: failed({ kind: 'unavailable' }),
  disconnected: failed({ kind: 'unavailable' }),
  unreachable: failed({ kind: 'unavailable' }),
  'talks-about-limits': { status: 'completed', text: expect.stringContaining('429') },
  'talks-about-limits-and-fails': failed({ kind: 'other' }),
};
const USAGES: Record<string, number> = { hello: 1000, edits: 3000, resumed: 1000, 'talks-about-limits': 2000 };

describe('recordings of claude', () => {
  it('exist for every scenario', () => {
    expect(Object.keys(OUTCOMES).sort()).toEqual(Object.keys(SCENARIOS).sort());
    expect([...new Set(RECORDINGS.map(({ name }) => name))].sort()).toEqual(Object.keys(SCENARIOS).sort());
  });

  it.each(RECORDINGS.map((recording) => [recording.name, recording.version, recording] as const))(
    'end as they should: %s of %s',
    (name, _, recording) => {
      const { run } = read(recording.lines, name === 'resumed');
      const { end, stderr } = recording;
      const asksForOutput = SCENARIOS[name]?.asksForOutput ?? false;
      expect(outcomeOf({ run, end, stderr, now, asksForOutput })).toMatchObject(OUTCOMES[name] as object);
      if (name in USAGES) expect(run.usage.inputTokens).toBe(USAGES[name]);
    },
  );

  it.each(recordingsOf('edits'))('tell what was done, and what it cost: $version', ({ lines }) => {
    const { run, events } = read(lines);
    const shell = { type: 'tool', name: 'Bash', summary: 'echo one > shell.txt; false' };
    const edit = { type: 'tool', name: 'Write', summary: 'deep/file.txt' };
    expect(events.filter(({ type }) => type !== 'native')).toEqual([
      { ...shell, phase: 'started' },
      { ...shell, phase: 'ended', ok: false },
      { ...edit, phase: 'started' },
      { ...edit, phase: 'ended', ok: true },
      { type: 'file', path: 'deep/file.txt', change: 'added' },
      { type: 'message', text: 'Edited.' },
      { type: 'usage', usage: run.usage },
    ]);
    expect(run.usage).toMatchObject({ inputTokens: 3000, cachedInputTokens: 0, outputTokens: 30, turns: 3 });
    expect(run.usage.costUsd).toBeGreaterThan(0);
  });

  it.each(recordingsOf('refused'))('tell no file that was not written: $version', ({ lines }) => {
    const { events } = read(lines);
    expect(events.filter(({ type }) => type === 'file')).toEqual([]);
    expect(events.filter((event) => event.type === 'tool' && event.ok === true)).toEqual([]);
  });

  it.each(recordingsOf('interrupted'))('know a tool as open until it ends: $version', ({ lines }) => {
    const begun = lines.findIndex((line) => line.includes('"tool_use"'));
    expect([...read(lines.slice(0, begun + 1)).run.openTools.values()]).toMatchObject([{ name: 'Bash' }]);
  });

  it.each(recordingsOf('long-wait'))('warn early of a rate limit: $version', ({ lines }) => {
    const { run, events } = read(lines);
    expect(run.mustWait).toBe(true);
    expect(events).toContainEqual({
      type: 'warning',
      message: 'rate_limit 429, trying again in 60 s',
    });
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
    const types = ['system', 'assistant', 'user', 'rate_limit_event', 'result'];
    const value = fc.jsonValue();
    const block = fc.record(
      { type: fc.constantFrom('text', 'tool_use', 'tool_result'), id: value, input: value, tool_use_id: value },
      { requiredKeys: ['type'] },
    );
    const record = fc.record(
      {
        type: fc.constantFrom(...types),
        subtype: fc.constantFrom('init', 'api_retry', 'success'),
        message: fc.record({ content: fc.oneof(fc.array(block), value) }),
        ...{ rate_limit_info: value, retry_delay_ms: value, modelUsage: value, tool_use_result: value },
        model_usage_since_last_result: value,
      },
      { requiredKeys: ['type'] },
    );
    fc.assert(fc.property(fc.array(record), (records) => void read(records.map((entry) => JSON.stringify(entry)))));
  });

  it('is not misled by noise between the lines', () => {
    const lines = recordingsOf('edits')[0]?.lines ?? [];
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

function read(lines: readonly string[], resumed = false): { run: ClaudeRun; events: AgentEvent[] } {
  const events: AgentEvent[] = [];
  let run = NOTHING_READ;
  for (const line of lines) {
    const step = readLine(run, line, { directory: '/recorded', resumed, now });
    run = step.run;
    events.push(...step.events);
  }
  return { run, events };
}

function recordingsOf(name: string): Recording[] {
  const recordings = RECORDINGS.filter((candidate) => candidate.name === name);
  if (recordings.length === 0) throw new Error(`No recording of ${name}.`);
  return recordings;
}
