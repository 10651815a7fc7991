import path from 'node:path';
import type { AgentEvent, EpochMs, Usage } from '@backlog-runner/contracts';
import { isRecord, oneLine, parseLine, recordIn, recordsIn, textIn } from './record.ts';
import { usageAfter } from './usage.ts';

/** What is known of a run from the lines read so far. */
export interface ClaudeRun {
  /** Whether claude has said anything of its own yet. */
  readonly begun: boolean;
  readonly version?: string;
  readonly openTools: ReadonlyMap<string, OpenTool>;
  /** The last `result`. There may be several. */
  readonly result?: Record<string, unknown>;
  /** claude's code for the trouble that it last reported as the agent's message. */
  readonly errorCode?: string;
  /** Until when the vendor refuses, as far as it said. */
  readonly limitedUntil?: EpochMs;
  /** The vendor asks for a longer wait than a worker should be held for. */
  readonly mustWait: boolean;
  readonly usage: Usage;
}

export interface OpenTool {
  readonly name: string;
  readonly summary: string;
  readonly file?: string;
  /** It hands work to another agent: not one long call, what that agent does is reported by itself. */
  readonly delegates: boolean;
}

export interface ReadContext {
  readonly directory: string;
  readonly resumed: boolean;
  readonly now: EpochMs;
}

export interface Step {
  readonly run: ClaudeRun;
  readonly events: readonly AgentEvent[];
}

export const NOTHING_READ: ClaudeRun = { begun: false, openTools: new Map(), mustWait: false, usage: {} };

const LONGEST_WAIT_MS = 30_000;

/** Reads one line of `claude -p --output-format stream-json`. Anything may stand in it; what is not understood is kept as native. */
export function readLine(run: ClaudeRun, line: string, context: ReadContext): Step {
  if (line.trim() === '') return { run, events: [] };
  const record = parseLine(line);
  const step = isRecord(record) ? readRecord({ ...run, begun: true }, record, context) : { run, events: [] };
  return { run: step.run, events: [{ type: 'native', record: record ?? line }, ...step.events] };
}

function readRecord(run: ClaudeRun, record: Record<string, unknown>, context: ReadContext): Step {
  switch (record.type) {
    case 'system':
      return readSystem(run, record, context);
    case 'assistant':
      return readAssistant(run, record);
    case 'user':
      return readToolResults(run, record, context.directory);
    case 'rate_limit_event':
      return readRateLimit(run, recordIn(record.rate_limit_info));
    case 'result':
      return readResult(run, record, context);
    default:
      return { run, events: [] };
  }
}

function readSystem(run: ClaudeRun, record: Record<string, unknown>, { now }: ReadContext): Step {
  if (record.subtype === 'init') {
    return { run: { ...run, version: textIn(record.claude_code_version) }, events: [] };
  }
  if (record.subtype !== 'api_retry') return { run, events: [] };
  const reason = [textIn(record.error), record.error_status].filter((part) => part !== '' && part != null).join(' ');
  const delayMs = typeof record.retry_delay_ms === 'number' ? record.retry_delay_ms : 0;
  const warning: AgentEvent = {
    type: 'warning',
    message: `${reason || 'a failed request'}, trying again in ${Math.round(delayMs / 1000)} s`,
  };
  if (record.error !== 'rate_limit' && record.error_status !== 429) return { run, events: [warning] };
  const limitedUntil = Math.max(run.limitedUntil ?? 0, now + delayMs) as EpochMs;
  return { run: { ...run, limitedUntil, mustWait: delayMs > LONGEST_WAIT_MS }, events: [warning] };
}

function readAssistant(run: ClaudeRun, record: Record<string, unknown>): Step {
  const isSubagent = typeof record.parent_tool_use_id === 'string';
  const blocks = recordsIn(recordIn(record.message).content);
  const tools = blocks.filter((block) => block.type === 'tool_use' && block.name !== 'StructuredOutput');
  const opened = tools.map((block) => [textIn(block.id), openTool(block)] as const);
  const events = blocks.flatMap((block): AgentEvent[] => {
    if (block.type === 'text' && !isSubagent) return [{ type: 'message', text: textIn(block.text) }];
    if (!tools.includes(block)) return [];
    const { name, summary } = openTool(block);
    return [{ type: 'tool', phase: 'started', name, summary }];
  });
  const { errorCode: _, ...before } = run;
  const errorCode = typeof record.error === 'string' ? { errorCode: record.error } : {};
  return { run: { ...before, ...errorCode, openTools: new Map([...run.openTools, ...opened]) }, events };
}

function openTool(block: Record<string, unknown>): OpenTool {
  const input = recordIn(block.input);
  const name = textIn(block.name);
  const file = textIn(input.file_path) || textIn(input.notebook_path);
  const summary = oneLine(textIn(input.command) || file || textIn(input.description) || textIn(input.pattern));
  const writes = /^(Write|Edit|MultiEdit|NotebookEdit)$/.test(name) && file !== '';
  return { name, summary, delegates: /^(Task|Agent|Workflow)$/.test(name), ...(writes ? { file } : {}) };
}

function readToolResults(run: ClaudeRun, record: Record<string, unknown>, directory: string): Step {
  const results = recordsIn(recordIn(record.message).content).filter((block) => block.type === 'tool_result');
  const openTools = new Map(run.openTools);
  const events = results.flatMap((block): AgentEvent[] => {
    const tool = openTools.get(textIn(block.tool_use_id));
    if (tool === undefined) return [];
    openTools.delete(textIn(block.tool_use_id));
    const ok = block.is_error !== true;
    const { name, summary, file } = tool;
    const ended: AgentEvent = { type: 'tool', phase: 'ended', name, summary, ok };
    if (!ok || file === undefined) return [ended];
    const change = recordIn(record.tool_use_result).type === 'create' ? 'added' : 'modified';
    return [ended, { type: 'file', path: relativePath(file, directory), change }];
  });
  return { run: { ...run, openTools }, events };
}

/** The limits of a subscription. Only a refusal ends anything; the rest is news. */
function readRateLimit(run: ClaudeRun, info: Record<string, unknown>): Step {
  const resetsAt = typeof info.resetsAt === 'number' ? ((info.resetsAt * 1000) as EpochMs) : undefined;
  if (info.status === 'rejected') {
    return { run: resetsAt === undefined ? run : { ...run, limitedUntil: resetsAt }, events: [] };
  }
  if (info.status !== 'allowed_warning') return { run, events: [] };
  return { run, events: [{ type: 'warning', message: 'The rate limit is close.' }] };
}

function readResult(run: ClaudeRun, result: Record<string, unknown>, { resumed }: ReadContext): Step {
  const usage = usageAfter(result, { before: run.usage, resumed, version: run.version });
  return { run: { ...run, result, usage, openTools: new Map() }, events: [{ type: 'usage', usage }] };
}

/** With `/` between its parts and relative to the agent's directory, unless it is outside. */
function relativePath(file: string, directory: string): string {
  const relative = path.relative(directory, path.resolve(directory, file));
  const isOutside = relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  return (isOutside ? file : relative).replaceAll(path.sep, '/');
}
