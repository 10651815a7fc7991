import { isDeepStrictEqual } from 'node:util';
import { type ErrorCode, isBacklogError } from '@backlog-runner/contracts';
import { breach } from './breach.ts';

/** Both are the same by content. */
export function same(found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected)) throw breach(expected, found);
}

export function holds(condition: boolean, expected: string, found: unknown): asserts condition {
  if (!condition) throw breach(expected, found);
}

/** What is there, or the case fails. */
export function present<Value>(value: Value | undefined, expected: string): Value {
  if (value === undefined) throw breach(expected, value);
  return value;
}

/** The work ends with the error of this code. */
export async function failsWith(code: ErrorCode, work: Promise<unknown>): Promise<void> {
  const end = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in end)) throw breach(`an error ${code}`, end.value);
  if (!isBacklogError(end.error, code)) throw breach(`an error ${code}`, end.error);
}

/** What only some worlds have. A world without it belongs to a subject that says so in `cannot`. */
export function given<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined)
    throw breach(`a world with \`${name}\`, or a reason for it in \`cannot\` of the subject`, value);
  return value;
}
