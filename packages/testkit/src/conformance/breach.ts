import { AssertionError } from 'node:assert';
import { inspect } from 'node:util';

/** What a case found instead of what it expected. */
export function breach(expected: unknown, found: unknown): AssertionError {
  return new AssertionError({
    message: `expected: ${shown(expected)}\nfound:    ${shown(found)}`,
    expected,
    actual: found,
  });
}

/** The same with the case it was found by. Anything else that was thrown is what was found. */
export function broken(
  { id, level, sentence }: { readonly id: string; readonly level: string; readonly sentence: string },
  thrown: unknown,
): AssertionError {
  const found = thrown instanceof AssertionError ? thrown : breach('nothing to be thrown', thrown);
  const { expected, actual, message } = found;
  const error = new AssertionError({
    message: `${id} (${level}): ${sentence}\n${message.replaceAll(/^/gm, '  ')}`,
    expected,
    actual,
  });
  error.cause = thrown;
  return error;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { depth: 6, breakLength: 120 });
}
