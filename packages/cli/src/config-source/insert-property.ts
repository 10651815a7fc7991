import type { ObjectExpression } from 'acorn';
import type { ConfigValue, Splice } from './config-edit.ts';
import { commaAfter, commentsWithin, type ParsedSource } from './parse-source.ts';
import { renderKey, renderValue } from './render-value.ts';
import { indentationAt, lineStart, type SourceStyle } from './source-style.ts';

const WIDTH = 100;

/** Puts a new property behind the last one, written as its neighbours are. No comment moves to another property. */
export function insertProperty(
  parsed: ParsedSource,
  object: ObjectExpression,
  { key, value, style }: { readonly key: string; readonly value: ConfigValue; readonly style: SourceStyle },
): readonly Splice[] {
  const { source } = parsed;
  const [first, last] = [object.properties[0], object.properties.at(-1)];
  const name =
    quotesAll(object) && renderKey(key, style) === key ? style.quote + key + style.quote : renderKey(key, style);
  const write = (indentation: string) => `${name}: ${renderValue(value, style, indentation)}`;
  if (!first || !last) return fillEmpty(parsed, object, { write, style });
  const comma = commaAfter(parsed, last);
  const indentation = indentationAt(source, last.start);
  const hasOwnLines = source.slice(object.start, first.start).includes('\n');
  if (!hasOwnLines) {
    if (comma) return [insert(comma.end, ` ${write(indentation)},`)];
    return [insert(behindComments(parsed, last.end, 'Block'), `, ${write(indentation)}`)];
  }
  const row = `${style.newline}${indentation}${write(indentation)}${comma ? ',' : ''}`;
  return [
    ...(comma ? [] : [insert(last.end, ',')]),
    insert(behindComments(parsed, comma?.end ?? last.end, 'any'), row),
  ];
}

/** Whether keys are quoted that need no quotes, as JSON does. */
function quotesAll({ properties }: ObjectExpression): boolean {
  return properties.some(
    (property) =>
      property.type === 'Property' &&
      property.key.type === 'Literal' &&
      /^['"][A-Za-z_]\w*['"]$/.test(property.key.raw ?? ''),
  );
}

function fillEmpty(
  parsed: ParsedSource,
  object: ObjectExpression,
  { write, style }: { readonly write: (indentation: string) => string; readonly style: SourceStyle },
): readonly Splice[] {
  const { source } = parsed;
  const { newline, unit } = style;
  const [start, end] = [object.start + 1, object.end - 1];
  const inner = source.slice(start, end);
  const comment = commentsWithin(parsed, object).at(-1);
  const base = indentationAt(source, object.start);
  const column = object.start - lineStart(source, object.start);
  const inline = write(base);
  if (!inner.includes('\n') && !inline.includes('\n') && column + inline.length < WIDTH) {
    return [comment ? insert(end, `${/\s$/.test(inner) ? '' : ' '}${inline} `) : { start, end, text: ` ${inline} ` }];
  }
  const at = comment?.end ?? start;
  const isOwnLine = comment && source.slice(lineStart(source, comment.start), comment.start).trim() === '';
  const indentation = isOwnLine ? indentationAt(source, comment.start) : base + unit;
  const row = `${newline}${indentation}${write(indentation)},`;
  const rest = source.slice(at, end);
  return [rest.includes('\n') ? insert(at, row) : { start: at, end, text: `${row}${newline}${base}` }];
}

function insert(at: number, text: string): Splice {
  return { start: at, end: at, text };
}

/** Where the comments end that follow in the same line. */
function behindComments({ source, comments }: ParsedSource, from: number, type: 'Block' | 'any'): number {
  let end = from;
  for (const comment of comments.filter(({ start }) => start >= from)) {
    const isNext = /^[ \t]*$/.test(source.slice(end, comment.start)) && (type === 'any' || comment.type === type);
    if (!isNext) break;
    end = comment.end;
  }
  return end;
}
