import { isAscii, isUtf8 } from 'node:buffer';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { sep } from 'node:path';
import { type RepoPath, type Revision, type SpecProblem, TASK_LIMITS, type Task } from '@backlog-runner/contracts';
import { explainTask } from './explain.ts';
import { crypto, yaml } from './load-on-demand.ts';
import { DEEPEST, tooDeepAt } from './nesting.ts';
import { readStrictYaml } from './read-strict-yaml.ts';
import { type Fields, readTask } from './read-task.ts';
import { codeOf, storageFailed } from './storage.ts';

/** What one task file says. */
export type Spec = { readonly task: Task; readonly text: string } | { readonly problem: SpecProblem };

/** Reads task files one after the other, with one buffer for all. Undefined when there is no such file any more. */
export function specReader(directory: string): (path: RepoPath) => Spec | undefined {
  const buffer = Buffer.allocUnsafe(TASK_LIMITS.fileBytes + 1);
  return (path) => {
    try {
      return parseSpec(path, buffer.subarray(0, readInto(buffer, directory + sep + path)));
    } catch (error) {
      const code = codeOf(error);
      if (code === undefined) throw error;
      return code === 'ENOENT' ? undefined : { problem: { path, message: storageFailed('read', path, error).message } };
    }
  };
}

export function parseSpec(path: RepoPath, bytes: Buffer): Spec {
  const problem = (message: string): Spec => ({ problem: { path, message } });
  if (bytes.length > TASK_LIMITS.fileBytes) return problem(`It is larger than ${TASK_LIMITS.fileBytes / 1024} KiB.`);
  if (!isUtf8(bytes)) return problem('It is not UTF-8 text.');
  const text = bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');
  const fields = readStrictYaml(text);
  const task = fields && readTask(fields, path, revisionOf(bytes));
  return task ? { task, text } : parseOdd(path, text, revisionOf(bytes));
}

/** Names the content: two different ones never share a revision. */
export function revisionOf(content: Buffer | string): Revision {
  return crypto().hash('sha256', content, 'base64url') as Revision;
}

/** What a task file's text says, whatever it is. Undefined when it is not YAML. */
export function readFields(text: string): unknown {
  const strict = readStrictYaml(text);
  if (strict) return strict;
  try {
    if (tooDeepAt(text, new (yaml().Lexer)()) !== undefined) return undefined;
    return yaml().parse(text, { logLevel: 'error' });
  } catch {
    return undefined;
  }
}

/** A file that is not written as usual, or not right: slower, and exact about what is wrong where. */
function parseOdd(path: RepoPath, text: string, revision: Revision): Spec {
  const { Lexer, LineCounter, parseDocument } = yaml();
  const lineCounter = new LineCounter();
  const problem = (message: string, offset?: number): Spec => {
    const { line, col } = offset === undefined ? { line: 0, col: 0 } : lineCounter.linePos(offset);
    return { problem: { path, ...(line > 0 ? { line, column: col } : {}), message } };
  };
  try {
    const deep = tooDeepAt(text, new Lexer());
    if (deep !== undefined) {
      for (const { index } of text.slice(0, deep).matchAll(/^/gm)) lineCounter.addNewLine(index);
      return problem(`It is not usable YAML: it nests more than ${DEEPEST} levels deep.`, deep);
    }
    const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'error' });
    const zero = text.indexOf('\0');
    if (zero >= 0) return problem('It holds a NUL, which is no text.', zero);
    const [broken] = document.errors;
    if (broken) return problem(`It is not valid YAML: ${oneLine(broken.message)}`, broken.pos[0]);
    const fields: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    const task = isFields(fields) ? readTask(fields, path, revision) : undefined;
    if (task) return { task, text };
    const { at, message } = explainTask(fields ?? {}, path);
    return problem(message, offsetOf(document.getIn(at, true) ?? document.contents));
  } catch (error) {
    return problem(`It is not usable YAML: ${oneLine(error instanceof Error ? error.message : String(error))}`);
  }
}

/** More are a bomb. */
const MOST_ALIASES = 100;

/** Reads at most one byte more than a task file may have. */
function readInto(buffer: Buffer, path: string): number {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    return readSync(file, buffer, 0, buffer.length, 0);
  } finally {
    closeSync(file);
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function offsetOf(node: unknown): number | undefined {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : undefined;
}

function oneLine(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim();
  return line.endsWith('.') ? line : `${line}.`;
}
