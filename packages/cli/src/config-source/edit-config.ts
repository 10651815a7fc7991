import type { ObjectExpression } from 'acorn';
import {
  type ConfigEdit,
  type ConfigValue,
  type EditedConfig,
  isObstacle,
  type Obstacle,
  type Splice,
  spliced,
} from './config-edit.ts';
import { findObject, findRoot, lookUp } from './find-object.ts';
import { insertProperty } from './insert-property.ts';
import { commentsWithin, type ParsedSource, parseSource } from './parse-source.ts';
import { expected, isPlain, isRecord, isSame, type Reading, readValue } from './read-value.ts';
import { removeProperty } from './remove-property.ts';
import { renderKey, renderValue } from './render-value.ts';
import { lineStart, type SourceStyle, styleOf } from './source-style.ts';

/**
 * Edits the source of a config in place: everything outside of the edit stays byte for byte, comments above and behind
 * a removed entry too. Where only running the code would tell what it says, nothing is changed, and the answer says
 * what to paste and where. The edited source parses and says what the edit asks for, and nothing else has changed in
 * it; a second time the edit changes nothing.
 */
export function editConfig(source: string, edit: ConfigEdit): EditedConfig {
  const before = readSource(source);
  if ('obstacle' in before) return byHand(source, edit, before);
  const result = applied(source, edit);
  if (typeof result !== 'string') return byHand(source, edit, result);
  const after = readSource(result);
  const isAsAsked =
    !('obstacle' in after) &&
    isSame(after.reading, expected(before.reading, edit)) &&
    (edit.do === 'remove' || isSame(after.comments, before.comments));
  if (isAsAsked) return { status: 'edited', source: result };
  return byHand(source, edit, { obstacle: 'it is written in a way that cannot be edited safely', at: 0 });
}

function readSource(source: string): { readonly reading: Reading; readonly comments: readonly string[] } | Obstacle {
  const parsed = parseSource(source);
  if ('mistake' in parsed) return { obstacle: `it does not parse: ${parsed.mistake}`, at: 0 };
  const root = findRoot(parsed);
  if (isObstacle(root)) return root;
  return { reading: readValue(parsed, root), comments: parsed.comments.map(({ value }) => value) };
}

/** The edited source. An object that takes the place of another is made from it key by key, so that comments stay. */
function applied(source: string, edit: ConfigEdit): string | Obstacle {
  const parsed = parseSource(source);
  if ('mistake' in parsed) return { obstacle: parsed.mistake, at: 0 };
  const root = findRoot(parsed);
  if (isObstacle(root)) return root;
  const steps = edit.do === 'set' && isRecord(edit.value) ? mergeSteps(parsed, root, edit.path, edit.value) : undefined;
  if (steps) {
    let result = source;
    for (const step of steps) {
      const next = applied(result, step);
      if (typeof next !== 'string') return next;
      result = next;
    }
    return result;
  }
  const splices = splicesFor(parsed, root, edit.path, edit);
  return isObstacle(splices) ? splices : spliced(source, splices);
}

/** What makes the object at a path this one; undefined when there is no object. */
function mergeSteps(
  parsed: ParsedSource,
  root: ObjectExpression,
  path: readonly string[],
  value: { readonly [key: string]: ConfigValue },
): readonly ConfigEdit[] | undefined {
  let object = root;
  for (const key of path) {
    const found = lookUp(parsed, object, key);
    const next = found.status === 'found' ? findObject(parsed, found.property.value) : undefined;
    if (next === undefined || isObstacle(next)) return undefined;
    object = next;
  }
  const now = readValue(parsed, object);
  const surplus = isRecord(now) ? Object.keys(now).filter((key) => !Object.hasOwn(value, key)) : [];
  return [
    ...surplus.map((key): ConfigEdit => ({ do: 'remove', path: [...path, key] })),
    ...Object.entries(value).map(([key, part]): ConfigEdit => ({ do: 'set', path: [...path, key], value: part })),
  ];
}

function splicesFor(
  parsed: ParsedSource,
  object: ObjectExpression,
  [key, ...rest]: readonly string[],
  edit: ConfigEdit,
): readonly Splice[] | Obstacle {
  if (key === undefined) return { obstacle: 'only its keys can be edited', at: object.start };
  const found = lookUp(parsed, object, key);
  if (found.status === 'unclear') return found.obstacle;
  if (found.status === 'absent') {
    if (edit.do === 'remove') return [];
    return insertProperty(parsed, object, { key, value: nested(rest, edit.value), style: styleOf(parsed) });
  }
  const { property } = found;
  if (rest.length > 0) {
    const inner = findObject(parsed, property.value);
    return isObstacle(inner) ? inner : splicesFor(parsed, inner, rest, edit);
  }
  if (edit.do === 'remove') return removeProperty(parsed, object, property);
  const now = readValue(parsed, property.value);
  if (isSame(now, edit.value)) return [];
  const { start, end } = property.value;
  if (!isPlain(now) || property.shorthand) return { obstacle: `\`${key}\` is computed`, at: start };
  if (commentsWithin(parsed, property.value).length > 0) {
    return { obstacle: `there are comments inside of \`${key}\``, at: start };
  }
  const indentation = /^[ \t]*/.exec(parsed.source.slice(lineStart(parsed.source, property.start)))?.[0] ?? '';
  return [{ start, end, text: renderValue(edit.value, styleOf(parsed), indentation) }];
}

function nested(path: readonly string[], value: ConfigValue): ConfigValue {
  return path.reduceRight<ConfigValue>((inner, key) => ({ [key]: inner }), value);
}

const PLAIN_STYLE: SourceStyle = { newline: '\n', unit: '  ', quote: "'" };

function byHand(source: string, edit: ConfigEdit, { obstacle, at }: Obstacle): EditedConfig {
  const name = edit.path.join('.');
  const before = source.slice(0, at);
  const place = `line ${before.split('\n').length}, column ${at - lineStart(source, at) + 1}`;
  if (edit.do === 'remove') {
    return { status: 'by-hand', reason: `\`${name}\` must be removed by hand: at ${place}, ${obstacle}.`, paste: '' };
  }
  const reason = `\`${name}\` must be set by hand: at ${place}, ${obstacle}.`;
  return { status: 'by-hand', reason, paste: pasteFor([edit]) };
}

/** What edits set, as one piece of code that can stand in a config. Empty when they set nothing. */
export function pasteFor(edits: readonly ConfigEdit[]): string {
  const whole = edits.filter((edit) => edit.do === 'set').reduce<Reading>((before, edit) => expected(before, edit), {});
  if (!isRecord(whole)) return '';
  return Object.entries(whole)
    .map(([key, value]) => `${renderKey(key, PLAIN_STYLE)}: ${renderValue(value, PLAIN_STYLE, '')},`)
    .join('\n');
}
