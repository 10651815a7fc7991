import { TASK_LIMITS, type TaskPatch } from '@backlog-runner/contracts';
import { sameValue, yaml } from './load-on-demand.ts';
import { readFields } from './read-spec.ts';
import type { Fields } from './read-task.ts';
import { writeScalar } from './write-task-text.ts';

/**
 * The text of a task file with a patch applied. Edits the lines a person would edit and leaves every other byte as it
 * is; then reads the result, and when it does not say what it should, edits by way of the YAML parser, which keeps
 * comments, order and unknown keys but may lay the text out anew.
 */
export function editTaskText(text: string, patch: TaskPatch, updatedAt: string): string {
  const before = readFields(text) as Fields;
  const notes = (patch.addNotes ?? []).map(shortened);
  const change: Fields = {
    ...(patch.state === undefined ? {} : { state: patch.state }),
    ...(patch.supersededBy === undefined ? {} : { superseded_by: patch.supersededBy }),
    ...(notes.length === 0 ? {} : { status_notes: latest([...asList(before.status_notes), ...notes]) }),
    updated_at: updatedAt,
  };
  const wanted = { ...before, ...change };
  const lines = { ...patch, addNotes: notes };
  for (const edit of [() => editLines(text, lines, updatedAt), () => editDocument(text, change)]) {
    const edited = edit();
    if (edited !== undefined && sameValue(readFields(edited), wanted)) return edited;
  }
  throw new Error('A task file could not be edited.');
}

/** More or longer notes than a task may have would make it one that nobody can read any more. */
function latest(notes: readonly unknown[]): readonly unknown[] {
  return notes.slice(-TASK_LIMITS.listLength);
}

function shortened(note: string): string {
  return note.length <= TASK_LIMITS.textLength ? note : `${note.slice(0, TASK_LIMITS.textLength - 1)}…`;
}

function editLines(
  text: string,
  { state, supersededBy, addNotes = [] }: TaskPatch,
  updatedAt: string,
): string | undefined {
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.replace(/\r?\n$/, '').split(lineBreak);
  const done =
    (state === undefined || setScalar(lines, 'state', state)) &&
    (supersededBy === undefined || addList(lines, 'superseded_by', supersededBy)) &&
    (addNotes.length === 0 || appendItems(lines, 'status_notes', addNotes.map(writeScalar))) &&
    setScalar(lines, 'updated_at', updatedAt);
  return done ? lines.join(lineBreak) + lineBreak : undefined;
}

const SCALAR_LINE = /^([\w-]+: *)(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#|>&*![{](?:[^#]*[^#\s])?)?( +#.*| *)$/;
const FLOW_LINE = /^([\w-]+: *\[)(.*?)( *\])( *| +#.*)$/;
const EMPTY_LINE = /^([\w-]+:)(?: *(?:~|null|\[ *\]))?( *| +#.*)$/;

function setScalar(lines: string[], key: string, value: string): boolean {
  const at = lineOf(lines, key);
  const edited = lines[at]?.replace(
    SCALAR_LINE,
    (_, start: string, end: string) => `${start.trimEnd()} ${value}${end}`,
  );
  if (at < 0) lines.push(`${key}: ${value}`);
  else if (edited !== undefined) lines[at] = edited;
  return at < 0 || edited !== undefined;
}

/** Only where there is no such list yet. */
function addList(lines: string[], key: string, items: readonly string[]): boolean {
  return lineOf(lines, key) < 0 && appendItems(lines, key, items.map(writeScalar));
}

function appendItems(lines: string[], key: string, items: readonly string[]): boolean {
  const at = lineOf(lines, key);
  const line = lines[at] ?? '';
  const last = lastItem(lines, at);
  if (at < 0) lines.push(`${key}:`, ...items.map((item) => `  - ${item}`));
  else if (last) lines.splice(last.end + 1, 0, ...items.map((item) => `${last.indent}- ${item}`));
  else if (EMPTY_LINE.test(line)) {
    lines[at] = line.replace(EMPTY_LINE, '$1$2');
    lines.splice(at + 1, 0, ...items.map((item) => `  - ${item}`));
  } else if (FLOW_LINE.test(line)) {
    const added = items.map((item) => `, ${item.startsWith('"') ? item : JSON.stringify(item)}`).join('');
    lines[at] = line.replace(FLOW_LINE, (_, open, inner, close, end) => `${open}${inner}${added}${close}${end}`);
  } else return false;
  return true;
}

/** The last line of the last item of the list that begins after a line. */
function lastItem(lines: readonly string[], at: number): { end: number; indent: string } | undefined {
  if (at < 0) return undefined;
  let end = -1;
  let indent: string | undefined;
  for (let index = at + 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (/^ *(?:#|$)/.test(line)) continue;
    indent ??= /^( *)- /.exec(line)?.[1];
    const belongs = indent !== undefined && (line.startsWith(`${indent}- `) || line.startsWith(`${indent} `));
    if (!belongs) break;
    end = index;
  }
  return indent === undefined || end < 0 ? undefined : { end, indent };
}

function lineOf(lines: readonly string[], key: string): number {
  return lines.findIndex((line) => line.startsWith(`${key}:`));
}

function editDocument(text: string, change: Fields): string {
  const document = yaml().parseDocument(text, { logLevel: 'error' });
  for (const [key, value] of Object.entries(change)) {
    const before = document.get(key);
    if (yaml().isSeq(before) && Array.isArray(value) && beginsWith(value, before.toJSON())) {
      for (const item of value.slice(before.items.length)) before.add(document.createNode(item));
    } else document.set(key, value);
  }
  const edited = document.toString({ lineWidth: 0, flowCollectionPadding: false });
  return text.includes('\r\n') ? edited.replaceAll('\n', '\r\n') : edited;
}

/** Items that are there keep their comments. */
function beginsWith(list: readonly unknown[], start: readonly unknown[]): boolean {
  return sameValue(list.slice(0, start.length), start);
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
