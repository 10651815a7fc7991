import type { AgentEvent } from '@backlog-runner/contracts';
import { expect, it } from 'vitest';
import { endTurn, NOTHING_READ, openTools, type Reading, readUpdate } from './read-update.ts';

const said = (text: string, messageId?: string) => ({
  ...{ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } },
  ...(messageId === undefined ? {} : { messageId }),
});

function read(updates: readonly object[], from: Reading = NOTHING_READ) {
  const events: AgentEvent[] = [];
  let reading = from;
  for (const update of updates) {
    const step = readUpdate(reading, update as Record<string, unknown>, '/work');
    reading = step.reading;
    events.push(...step.events);
  }
  const end = endTurn(reading);
  return { open: openTools(reading), reading: end.reading, events: [...events, ...end.events] };
}

it('chunks are one message until something else happens', () => {
  const { events, reading } = read([
    said('I lo'),
    said('ok.'),
    { sessionUpdate: 'tool_call', toolCallId: '1', title: 'Read a.ts', kind: 'read', status: 'completed' },
    said('Done.'),
  ]);
  expect(events.map((event) => (event.type === 'message' ? event.text : event.type))).toEqual([
    'I look.',
    'tool',
    'tool',
    'Done.',
  ]);
  expect(reading.answer).toBe('Done.');
});

it('chunks of another message begin another message', () => {
  expect(read([said('One.', 'a'), said('Two.', 'b')]).reading.answer).toBe('Two.');
});

it('a tool is at work from its first mention until it completed or failed', () => {
  const started = { sessionUpdate: 'tool_call', toolCallId: '1', title: 'npm  test', kind: 'execute' };
  expect([...read([started]).open]).toEqual([['1', 'execute']]);
  const failed = { sessionUpdate: 'tool_call_update', toolCallId: '1', status: 'failed' };
  const { open, events } = read([started, failed, failed]);
  expect(open.size).toBe(0);
  expect(events).toEqual([
    { type: 'tool', phase: 'started', name: 'execute', summary: 'npm test' },
    { type: 'tool', phase: 'ended', name: 'execute', summary: 'npm test', ok: false },
  ]);
});

it('a tool left open ends with the turn', () => {
  expect(read([{ sessionUpdate: 'tool_call', toolCallId: '1', title: 'x' }]).events.at(-1)).toMatchObject({
    phase: 'ended',
    ok: false,
  });
});

it('files are told of once their change is made', () => {
  const content = [
    { type: 'diff', path: '/work/src/new.ts', oldText: null, newText: 'x' },
    { type: 'diff', path: '/work/src/old.ts', oldText: 'w', newText: 'x' },
  ];
  const edit = { sessionUpdate: 'tool_call', toolCallId: '1', title: 'edit', kind: 'edit', content };
  const done = { sessionUpdate: 'tool_call_update', toolCallId: '1', status: 'completed' };
  expect(read([edit]).events.filter(({ type }) => type === 'file')).toEqual([]);
  expect(read([edit, done]).events.filter(({ type }) => type === 'file')).toEqual([
    { type: 'file', path: 'src/new.ts', change: 'added' },
    { type: 'file', path: 'src/old.ts', change: 'modified' },
  ]);
});

it.each([
  {},
  { sessionUpdate: 'plan' },
  { sessionUpdate: 7 },
  { sessionUpdate: 'tool_call', content: 3, locations: {} },
])('nothing an agent sends can throw: %j', (update) => {
  expect(() => read([update])).not.toThrow();
});
