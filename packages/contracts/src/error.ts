import type { ErrorCode } from './error-codes.ts';

export interface ErrorDetails {
  /** What to do next: a command to type, or a sentence. */
  readonly hint?: string;
  /** Facts for programs, such as the path concerned. Never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * A broken promise of the environment or a mistake in the user's input. Everything else that is thrown is a bug.
 * The message says what is wrong and where; the hint says what to do.
 */
export class BacklogError extends Error {
  override readonly name = 'BacklogError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, { hint, details = {}, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.details = details;
  }
}

/** Recognises the error also when another copy of this package threw it. */
export function isBacklogError(error: unknown, code?: ErrorCode): error is BacklogError {
  return (
    error instanceof Error &&
    error.name === 'BacklogError' &&
    'code' in error &&
    (code === undefined || error.code === code)
  );
}
