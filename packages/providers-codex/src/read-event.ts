import path from 'node:path';
import type { AgentEvent, SessionId } from '@backlog-runner/contracts';
import { isRecord, oneLine, parseLine, recordIn, recordsIn, textIn } from './record.ts';
import { parseTotals, type ThreadTotals } from './usage.ts';

/** What is known of a run from the lines read so far. */
export interface CodexRun {
  readonly thread?: SessionId;
  /** Tools at work, by item id, with their names. */
  readonly openTools: ReadonlyMap<string, string>;
  /** The last thing the agent said, which is its answer. */
  readonly text: string;
  readonly totals?: ThreadTotals;
  readonly completed: boolean;
  /** Why the turn failed. */
  readonly failure?: string;
  /** The last trouble that codex may still get over. */
  readonly notice?: string;
}

export const NOTHING_READ: CodexRun = { openTools: new Map(), text: '', completed: false };

export interface Step {
  readonly run: CodexRun;
  readonly events: readonly AgentEvent[];
}

/** Reads one line of `codex exec --json`. Anything may stand in it; what is not understood is kept as native. */
export function readLine(run: CodexRun, line: string, directory: string): Step {
  if (line.trim() === '') return { run, events: [] };
  const record = parseLine(line);
  const step = isRecord(record) ? readRecord(run, record, directory) : { run, events: [] };
  return { run: step.run, events: [{ type: 'native', record: record ?? line }, ...step.events] };
}

function readRecord(run: CodexRun, record: Record<string, unknown>, directory: string): Step {
  switch (record.type) {
    case 'thread.started':
      return threadStarted(run, textIn(record.thread_id));
    case 'item.started':
      return itemStarted(run, recordIn(record.item));
    case 'item.completed':
      return itemCompleted(run, recordIn(record.item), directory);
    case 'turn.completed':
      return turnEnded({ ...run, completed: true, ...totalsOf(record) });
    case 'turn.failed':
      return turnEnded({ ...run, failure: textIn(recordIn(record.error).message) || 'The turn failed.' });
    case 'error':
      return { run: { ...run, notice: textIn(record.message) }, events: [warning(record.message)] };
    default:
      return { run, events: [] };
  }
}

function threadStarted(run: CodexRun, id: string): Step {
  if (id === '') return { run, events: [] };
  const thread = id as SessionId;
  return { run: { ...run, thread }, events: [{ type: 'session', session: thread }] };
}

function itemStarted(run: CodexRun, item: Record<string, unknown>): Step {
  const tool = toolOf(item);
  if (tool === undefined) return { run, events: [] };
  // A tool that hands work to another agent is not one long call: what that agent does is reported by itself.
  const openTools =
    item.type === 'collab_tool_call' ? run.openTools : withTool(run.openTools, textIn(item.id), tool.name);
  return { run: { ...run, openTools }, events: [{ type: 'tool', phase: 'started', ...tool }] };
}

function itemCompleted(run: CodexRun, item: Record<string, unknown>, directory: string): Step {
  if (item.type === 'agent_message') {
    const text = textIn(item.text);
    return { run: { ...run, text }, events: [{ type: 'message', text }] };
  }
  if (item.type === 'error') return { run, events: [warning(item.message)] };
  const tool = toolOf(item);
  if (tool === undefined) return { run, events: [] };
  const ok = succeeded(item);
  const files = ok ? recordsIn(item.changes).flatMap((change) => fileEvent(change, directory)) : [];
  const openTools = withoutTool(run.openTools, textIn(item.id));
  return { run: { ...run, openTools }, events: [{ type: 'tool', phase: 'ended', ...tool, ok }, ...files] };
}

/** codex kills what still runs when a turn ends, and does not say so. */
function turnEnded(run: CodexRun): Step {
  const left = Array.from(run.openTools.values(), (name): AgentEvent => {
    return { type: 'tool', phase: 'ended', name, summary: 'ended with the turn', ok: false };
  });
  return { run: { ...run, openTools: new Map() }, events: left };
}

function toolOf(item: Record<string, unknown>): { name: string; summary: string } | undefined {
  switch (item.type) {
    case 'command_execution':
      return { name: 'shell', summary: oneLine(withoutShell(textIn(item.command))) };
    case 'file_change':
      return {
        name: 'edit',
        summary: oneLine(
          recordsIn(item.changes)
            .map((change) => textIn(change.path))
            .join(', '),
        ),
      };
    case 'mcp_tool_call':
      return { name: `${textIn(item.server)}.${textIn(item.tool)}`, summary: '' };
    case 'collab_tool_call':
      return { name: textIn(item.tool), summary: oneLine(textIn(item.prompt)) };
    case 'web_search':
      return { name: 'web_search', summary: oneLine(textIn(item.query)) };
    default:
      return undefined;
  }
}

const withoutShell = (command: string) => command.replace(/^\S*sh -l?c (['"])([\s\S]*)\1$/, '$2');

function succeeded(item: Record<string, unknown>): boolean {
  if (typeof item.exit_code === 'number') return item.exit_code === 0;
  return item.status === 'completed' || item.status === undefined;
}

const CHANGES = { add: 'added', update: 'modified', delete: 'deleted' } as const;

function fileEvent(change: Record<string, unknown>, directory: string): AgentEvent[] {
  const kind = CHANGES[change.kind as keyof typeof CHANGES];
  const file = textIn(change.path);
  return kind === undefined || file === '' ? [] : [{ type: 'file', path: relativePath(file, directory), change: kind }];
}

/** With `/` between its parts and relative to the agent's directory, unless it is outside. */
function relativePath(file: string, directory: string): string {
  const relative = path.relative(directory, path.resolve(directory, file));
  const isOutside = relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  return (isOutside ? file : relative).replaceAll(path.sep, '/');
}

const warning = (message: unknown): AgentEvent => ({ type: 'warning', message: textIn(message) });

const withTool = (tools: ReadonlyMap<string, string>, id: string, name: string) => new Map(tools).set(id, name);
const withoutTool = (tools: ReadonlyMap<string, string>, id: string) =>
  new Map(Array.from(tools).filter(([open]) => open !== id));

function totalsOf(record: Record<string, unknown>): Pick<CodexRun, 'totals'> {
  const totals = parseTotals(record.usage);
  return totals === undefined ? {} : { totals };
}
