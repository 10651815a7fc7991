import { isDeepStrictEqual } from 'node:util';
import type { Expression, Node } from 'acorn';
import { type ConfigEdit, type ConfigValue, isObstacle } from './config-edit.ts';
import { findObject, keyOf } from './find-object.ts';
import type { ParsedSource } from './parse-source.ts';

/** What a piece of code says: plain data, except where it is computed. There the code stands for itself. */
export type Reading = ConfigValue | Code | readonly Reading[] | { readonly [key: string]: Reading };
/** A piece of code whose value nobody knows. */
export interface Code {
  readonly [CODE]: string;
}
const CODE: unique symbol = Symbol('code');

export function readValue(parsed: ParsedSource, node: Node): Reading {
  const expression = node as Expression;
  const code: Code = { [CODE]: parsed.source.slice(node.start, node.end) };
  switch (expression.type) {
    case 'Literal': {
      const { value } = expression;
      return value === null || ['string', 'number', 'boolean'].includes(typeof value) ? (value as ConfigValue) : code;
    }
    case 'TemplateLiteral':
      return expression.quasis.length === 1 ? (expression.quasis[0]?.value.cooked ?? code) : code;
    case 'UnaryExpression': {
      const value = readValue(parsed, expression.argument);
      return expression.operator === '-' && typeof value === 'number' ? -value : code;
    }
    case 'ArrayExpression':
      return expression.elements.map((element) => (element === null ? code : readValue(parsed, element)));
    default: {
      const object = findObject(parsed, node);
      if (isObstacle(object)) return code;
      return Object.fromEntries(
        object.properties.map((property, index) => {
          const key = property.type === 'Property' && property.kind === 'init' ? keyOf(property) : undefined;
          if (property.type === 'Property' && key !== undefined) return [key, readValue(parsed, property.value)];
          return [`\0${index}`, { [CODE]: parsed.source.slice(property.start, property.end) }];
        }),
      );
    }
  }
}

/** Whether nothing of it is computed. */
export function isPlain(value: Reading): value is ConfigValue {
  if (typeof value !== 'object' || value === null) return true;
  return !Object.hasOwn(value, CODE) && Object.values(value).every(isPlain);
}

/** Whether two readings say the same, whatever the order of their keys. */
export function isSame(left: Reading | undefined, right: Reading | undefined): boolean {
  return isDeepStrictEqual(left, right);
}

/** What a reading must be after an edit. */
export function expected(before: Reading | undefined, { path: [key, ...path], ...edit }: ConfigEdit): Reading {
  if (key === undefined) return edit.do === 'set' && 'value' in edit ? edit.value : {};
  const entries = isRecord(before) ? { ...before } : {};
  if (edit.do === 'remove' && !Object.hasOwn(entries, key)) return entries;
  if (edit.do === 'remove' && path.length === 0) {
    const { [key]: _, ...rest } = entries;
    return rest;
  }
  return { ...entries, [key]: expected(entries[key], { ...edit, path } as ConfigEdit) };
}

export function isRecord(value: unknown): value is { readonly [key: string]: ConfigValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
