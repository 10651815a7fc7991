/**
 * Reads the YAML that task files are written in: a block mapping of scalars, lists of scalars and mappings of scalars.
 * A hundred times faster than a whole YAML parser, and certain: whatever it cannot prove to mean what a YAML parser
 * would say is undefined, and then the parser decides.
 */
export function readStrictYaml(text: string): Record<string, unknown> | undefined {
  if (isForeign(text)) return undefined;
  const complete = text.endsWith('\n');
  const lines = text.split('\n');
  if (complete) lines.pop();
  const cursor: Cursor = { lines, at: 0, complete };
  const value = mapping(cursor, 0, (rest) => nodeAfterKey(cursor, rest));
  return value && cursor.at === lines.length ? value : undefined;
}

/** Whether a text of one line can stand in a block collection without quotes and means itself. */
export function isPlainText(text: string): boolean {
  return !isForeign(text) && !text.includes('\n') && isPlain(text) && resolvePlain(text) === text;
}

type Scalar = string | number | boolean | null;

interface Cursor {
  readonly lines: readonly string[];
  at: number;
  /** The last line ends with a line break. */
  readonly complete: boolean;
}

/** Tabs, carriage returns, byte order marks, control characters and the line breaks of other standards. */
const FOREIGN = /[^\n -~\u00a0-\u2027\u202a-\ufefe\uff00-\ufffc]/;
const isForeign = (text: string): boolean => /[^\n -~]/.test(text) && FOREIGN.test(text);
const KEY = /^ *([A-Za-z][\w-]*):(?: +(.*))?$/;
const DOUBLE_QUOTED = /^("(?:[^"\\]|\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}))*") *(?: #.*)?$/;
const SINGLE_QUOTED = /^'((?:[^']|'')*)' *(?: #.*)?$/;
const BLOCK_HEADER = /^([|>])(-?) *(?: #.*)?$/;
const EMPTY_LIST = /^\[ *\] *(?: #.*)?$/;
const FLOW_LIST = /^\[(.*)\] *(?: #.*)?$/;
const FLOW_ITEM = / *(?:("(?:[^"\\]|\\["\\/bfnrt])*")|([A-Za-z_][\w./@-]*)) *(,|$)/;
const STARTS_PLAIN = /^[^ \-?:,[\]{}#&*!|>'"%@`]/;
const WORD = /^(?:null|true|false)$/i;
const DATE = /^\d{4}-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:\d\d)?)?$/;

function mapping(cursor: Cursor, indent: number, read: (rest: string) => unknown): Record<string, unknown> | undefined {
  const value: Record<string, unknown> = {};
  let count = 0;
  for (let line = nextContent(cursor); line !== undefined && indentOf(line) === indent; line = nextContent(cursor)) {
    const [, key, rest = ''] = KEY.exec(line) ?? [];
    if (key === undefined || WORD.test(key) || Object.hasOwn(value, key)) return undefined;
    cursor.at += 1;
    const child = read(rest);
    if (child === undefined) return undefined;
    value[key] = child;
    count += 1;
  }
  return count > 0 ? value : undefined;
}

function nodeAfterKey(cursor: Cursor, rest: string): unknown {
  if (rest !== '' && !rest.startsWith('#')) return scalarOrFlow(cursor, rest, 0);
  const commented = rest !== '' || isBlank(cursor.lines[cursor.at]);
  const line = nextContent(cursor);
  if (line === undefined) return null;
  const indent = indentOf(line);
  if (line.startsWith('- ', indent)) return list(cursor, indent);
  if (indent === 0) return null;
  if (KEY.test(line)) return mapping(cursor, indent, (inner) => scalar(cursor, inner, indent));
  if (commented) return undefined;
  cursor.at += 1;
  return plain(cursor, line.slice(indent), 0);
}

function list(cursor: Cursor, indent: number): unknown[] | undefined {
  const items: unknown[] = [];
  for (let line = nextContent(cursor); line !== undefined; line = nextContent(cursor)) {
    const own = indentOf(line);
    if (own < indent || (own === indent && indent === 0 && !line.startsWith('-'))) break;
    if (own > indent || !line.startsWith('- ', indent)) return undefined;
    cursor.at += 1;
    const item = scalar(cursor, line.slice(indent + 2 + indentOf(line.slice(indent + 2))), indent);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

function scalarOrFlow(cursor: Cursor, rest: string, parent: number): unknown {
  if (!rest.startsWith('[')) return scalar(cursor, rest, parent);
  return EMPTY_LIST.test(rest) ? [] : flowList(FLOW_LIST.exec(rest)?.[1]);
}

function scalar(cursor: Cursor, rest: string, parent: number): Scalar | undefined {
  switch (rest[0]) {
    case undefined:
    case '#':
      return undefined;
    case '"':
      return JSON.parse(DOUBLE_QUOTED.exec(rest)?.[1] ?? 'null') ?? undefined;
    case "'":
      return SINGLE_QUOTED.exec(rest)?.[1]?.replaceAll("''", "'");
    case '|':
    case '>':
      return block(cursor, BLOCK_HEADER.exec(rest), parent);
    default:
      return plain(cursor, rest, parent);
  }
}

/** A scalar without quotes, with the lines it goes on in. */
function plain(cursor: Cursor, first: string, parent: number): Scalar | undefined {
  const [start, commented] = withoutComment(first);
  if (!isPlain(start)) return undefined;
  let text = start;
  for (let line = cursor.lines[cursor.at]; line !== undefined && indentOf(line) > parent; ) {
    const [more, ended] = withoutComment(line.slice(indentOf(line)));
    if (commented || ended || !isPlain(more)) return undefined;
    text += ` ${more}`;
    cursor.at += 1;
    line = cursor.lines[cursor.at];
  }
  return resolvePlain(text);
}

function withoutComment(text: string): [text: string, commented: boolean] {
  const at = text.indexOf(' #');
  return [withoutEnd(at < 0 ? text : text.slice(0, at)), at >= 0];
}

function withoutEnd(text: string): string {
  return text.endsWith(' ') ? text.replace(/ +$/, '') : text;
}

function isPlain(text: string): boolean {
  return (
    STARTS_PLAIN.test(text) &&
    !text.includes(': ') &&
    !text.includes(' #') &&
    !text.endsWith(':') &&
    !text.endsWith(' ')
  );
}

function resolvePlain(text: string): Scalar | undefined {
  if (text === '~' || text === 'null') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  if (WORD.test(text)) return undefined;
  if (!/^[-+.\d]/.test(text) || DATE.test(text)) return text;
  if (/^(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  return /^[-+.\w]*$/.test(text) ? undefined : text;
}

function flowList(inner: string | undefined): unknown[] | undefined {
  if (inner === undefined) return undefined;
  const items: unknown[] = [];
  const next = new RegExp(FLOW_ITEM, 'y');
  for (let more = true; more; ) {
    const [, quoted, word, end] = next.exec(inner) ?? [];
    const item = quoted === undefined ? word && resolvePlain(word) : JSON.parse(quoted);
    if (typeof item !== 'string') return undefined;
    items.push(item);
    more = end === ',';
  }
  return items;
}

function block(cursor: Cursor, header: RegExpExecArray | null, parent: number): string | undefined {
  const indent = indentOf(cursor.lines[cursor.at] ?? '');
  if (!header || indent <= parent) return undefined;
  const body: string[] = [];
  for (let line = cursor.lines[cursor.at]; line !== undefined; line = cursor.lines[cursor.at]) {
    if (line !== '' && (isBlank(line) || indentOf(line) < indent)) break;
    body.push(line.slice(indent));
    cursor.at += 1;
  }
  if (cursor.at === cursor.lines.length && !cursor.complete) return undefined;
  while (body.at(-1) === '') body.pop();
  if (body.length === 0 || isBlank(cursor.lines[cursor.at])) return undefined;
  const text = header[1] === '|' ? body.join('\n') : folded(body);
  return text === undefined || header[2] === '-' ? text : `${text}\n`;
}

function folded(body: readonly string[]): string | undefined {
  if (body.some((line) => line.startsWith(' ') || line.endsWith(' '))) return undefined;
  return body.join('\n').replace(/\n+/g, (breaks) => (breaks === '\n' ? ' ' : breaks.slice(1)));
}

/** The next line that is neither empty nor a comment; the cursor stands on it. */
function nextContent(cursor: Cursor): string | undefined {
  while (cursor.at < cursor.lines.length && isBlankOrComment(cursor.lines[cursor.at])) cursor.at += 1;
  return cursor.lines[cursor.at];
}

function isBlank(line: string | undefined): boolean {
  return line !== undefined && /^ *$/.test(line);
}

function isBlankOrComment(line: string | undefined): boolean {
  return line !== undefined && /^ *(?:#|$)/.test(line);
}

function indentOf(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === 32) indent += 1;
  return indent;
}
