import type { ConfigValue } from './config-edit.ts';
import { isRecord } from './read-value.ts';
import type { SourceStyle } from './source-style.ts';

const WIDTH = 100;

/** A value as code that stands in a line with this indentation, broken into lines when it is long or deep. */
export function renderValue(value: ConfigValue, style: SourceStyle, indentation: string): string {
  const inline = renderInline(value, style);
  const parts = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
  if (parts.length === 0) return inline;
  const isDeep = parts.some((part) => isRecord(part) && Object.keys(part).length > 0);
  if (!isDeep && indentation.length + inline.length <= WIDTH) return inline;
  const inner = indentation + style.unit;
  const lines = isRecord(value)
    ? Object.entries(value).map(([key, part]) => `${renderKey(key, style)}: ${renderValue(part, style, inner)}`)
    : parts.map((part) => renderValue(part, style, inner));
  const [open, close] = isRecord(value) ? '{}' : '[]';
  return [open, ...lines.map((line) => `${inner}${line},`), `${indentation}${close}`].join(style.newline);
}

function renderInline(value: ConfigValue, style: SourceStyle): string {
  if (typeof value === 'string') return quoted(value, style);
  if (Array.isArray(value)) return `[${value.map((part) => renderInline(part, style)).join(', ')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, part]) => `${renderKey(key, style)}: ${renderInline(part, style)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** Without quotes where none are needed. `__proto__` would not be a key. */
export function renderKey(key: string, style: SourceStyle): string {
  if (key === '__proto__') return `[${quoted(key, style)}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key, style);
}

function quoted(text: string, { quote }: SourceStyle): string {
  const json = JSON.stringify(text);
  return quote === '"' ? json : `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
