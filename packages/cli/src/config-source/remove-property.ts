import type { ObjectExpression, Property } from 'acorn';
import type { Splice } from './config-edit.ts';
import { commaAfter, commentsWithin, type ParsedSource } from './parse-source.ts';
import { lineEnd, lineStart } from './source-style.ts';

/** Takes a property out, with its comma and its line, and leaves every comment that is not inside it. */
export function removeProperty(parsed: ParsedSource, object: ObjectExpression, property: Property): readonly Splice[] {
  const { source } = parsed;
  const { properties } = object;
  const comma = commaAfter(parsed, property);
  const inner = { start: object.start + 1, end: object.end - 1 };
  const own = commentsWithin(parsed, property).length;
  if (properties.length === 1 && commentsWithin(parsed, inner).length === own) return [cut(inner.start, inner.end)];
  const before = properties[properties.indexOf(property) - 1];
  const earlierComma = !comma && before ? commaAfter(parsed, before) : undefined;
  const isTogether = comma && source.slice(property.end, comma.start).trim() === '';
  const end = isTogether ? comma.end : property.end;
  return [
    ...(earlierComma ? [cut(earlierComma.start, earlierComma.end)] : []),
    withSpace(source, { start: property.start, end, isLast: !comma }),
    ...(comma && !isTogether ? [cut(comma.start, comma.end)] : []),
  ];
}

function withSpace(
  source: string,
  { start, end, isLast }: { readonly start: number; readonly end: number; readonly isLast: boolean },
): Splice {
  const left = lineStart(source, start);
  const right = lineEnd(source, end);
  const isFree = (from: number, to: number) => source.slice(from, to).trim() === '';
  if (isFree(left, start) && isFree(end, right)) return cut(left, right);
  const gap = (text: string, pattern: RegExp) => pattern.exec(text)?.[0].length ?? 0;
  if (isLast && !isFree(left, start)) return cut(start - gap(source.slice(left, start), /[ \t]*$/), end);
  return cut(start, end + gap(source.slice(end, right), /^[ \t]*/));
}

function cut(start: number, end: number): Splice {
  return { start, end, text: '' };
}
