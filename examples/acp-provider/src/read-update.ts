import { relative, resolve, sep } from 'node:path';
import type { AgentEvent } from '@backlog-runner/contracts';
import { oneLine, recordIn, recordsIn, textIn } from './untrusted.ts';

/** What is known of a turn from the updates read so far. */
export interface Reading {
  /** Every tool call that was told of, by its id. */
  readonly tools: ReadonlyMap<string, ToolCall>;
  /** The message that the agent is in the middle of: it arrives in chunks. */
  readonly speaking: { readonly id: string; readonly text: string };
  /** The last whole message, which is the answer. */
  readonly answer: string;
  /** What the whole session has cost so far, in US dollars. */
  readonly cost?: number;
}

export interface ToolCall {
  readonly name: string;
  readonly title: string;
  /** As the protocol sorts tools: `read`, `edit`, `execute` and so on. */
  readonly kind: string;
  readonly isOpen: boolean;
  readonly diffs: readonly Diff[];
  readonly locations: readonly string[];
}

export interface Diff {
  readonly path: string;
  readonly isNew: boolean;
}

const SILENT = { id: '', text: '' };
export const NOTHING_READ: Reading = { tools: new Map(), speaking: SILENT, answer: '' };

export interface Step {
  readonly reading: Reading;
  readonly events: readonly AgentEvent[];
}

/** Reads one `session/update`. What is not understood changes nothing. */
export function readUpdate(reading: Reading, update: Readonly<Record<string, unknown>>, directory: string): Step {
  switch (update.sessionUpdate) {
    case 'agent_message_chunk':
      return chunk(reading, textIn(recordIn(update.content).text), textIn(update.messageId));
    case 'tool_call':
    case 'tool_call_update':
      return after(endMessage(reading), (now) => toolCall(now, update, directory));
    case 'usage_update':
      return { reading: { ...reading, ...costIn(update) }, events: [] };
    case 'notice':
      return { reading, events: [{ type: 'warning', message: oneLine(textIn(update.title)) }] };
    default:
      return { reading, events: [] };
  }
}

/** The turn is over: nothing more is said, and no tool is at work. */
export function endTurn(reading: Reading): Step {
  return after(endMessage(reading), (now) => {
    const left = [...now.tools.values()].filter(({ isOpen }) => isOpen);
    const tools = new Map([...now.tools].map(([id, tool]) => [id, { ...tool, isOpen: false }]));
    return { reading: { ...now, tools }, events: left.map((tool) => toolEvent(tool, 'ended', false)) };
  });
}

export const openTools = ({ tools }: Reading): ReadonlyMap<string, string> =>
  new Map([...tools].flatMap(([id, { isOpen, name }]) => (isOpen ? [[id, name]] : [])));

function chunk(reading: Reading, text: string, id: string): Step {
  const before = id === reading.speaking.id ? { reading, events: [] } : endMessage(reading);
  return after(before, (now) => ({
    reading: { ...now, speaking: { id, text: now.speaking.text + text } },
    events: [],
  }));
}

function endMessage(reading: Reading): Step {
  const { text } = reading.speaking;
  if (text.trim() === '') return { reading: { ...reading, speaking: SILENT }, events: [] };
  return { reading: { ...reading, speaking: SILENT, answer: text }, events: [{ type: 'message', text }] };
}

function toolCall(reading: Reading, update: Readonly<Record<string, unknown>>, directory: string): Step {
  const id = textIn(update.toolCallId);
  const known = reading.tools.get(id);
  const tool = mergeTool(known, update);
  const events: AgentEvent[] = [];
  if (known === undefined) events.push(toolEvent({ ...tool, isOpen: true }, 'started'));
  if (known?.isOpen !== false && !tool.isOpen) {
    const ok = update.status === 'completed';
    events.push(toolEvent(tool, 'ended', ok), ...(ok ? fileEvents(tool, directory) : []));
  }
  return { reading: { ...reading, tools: new Map(reading.tools).set(id, tool) }, events };
}

/** What is known of a tool call after another word about it. An update leaves out what has not changed. */
export function mergeTool(known: ToolCall | undefined, update: Readonly<Record<string, unknown>>): ToolCall {
  const kind = textIn(update.kind) || (known?.kind ?? 'other');
  const diffs = recordsIn(update.content).filter(({ type }) => type === 'diff');
  const locations = recordsIn(update.locations).map(({ path }) => textIn(path));
  const isOver = update.status === 'completed' || update.status === 'failed';
  return {
    kind,
    name: textIn(update.name) || (known?.name ?? kind),
    title: oneLine(textIn(update.title)) || (known?.title ?? ''),
    isOpen: !isOver && known?.isOpen !== false,
    diffs: Array.isArray(update.content) ? diffs.map(diffOf) : (known?.diffs ?? []),
    locations: Array.isArray(update.locations) ? locations : (known?.locations ?? []),
  };
}

const diffOf = ({ path, oldText }: Readonly<Record<string, unknown>>): Diff => ({
  path: textIn(path),
  isNew: typeof oldText !== 'string',
});

function toolEvent({ name, title }: ToolCall, phase: 'started' | 'ended', ok?: boolean): AgentEvent {
  return { type: 'tool', phase, name, summary: title, ...(ok === undefined ? {} : { ok }) };
}

function fileEvents({ kind, diffs, locations }: ToolCall, directory: string): AgentEvent[] {
  const deleted = kind === 'delete' ? locations : [];
  return [
    ...diffs.map(({ path, isNew }) => fileEvent(path, isNew ? 'added' : 'modified', directory)),
    ...deleted.map((path) => fileEvent(path, 'deleted', directory)),
  ];
}

const fileEvent = (path: string, change: 'added' | 'modified' | 'deleted', directory: string): AgentEvent => ({
  type: 'file',
  path: relative(directory, resolve(directory, path)).replaceAll(sep, '/'),
  change,
});

function costIn(update: Readonly<Record<string, unknown>>): Pick<Reading, 'cost'> {
  const { amount, currency } = recordIn(update.cost);
  return typeof amount === 'number' && currency === 'USD' ? { cost: amount } : {};
}

function after({ reading, events }: Step, next: (reading: Reading) => Step): Step {
  const step = next(reading);
  return { reading: step.reading, events: [...events, ...step.events] };
}
