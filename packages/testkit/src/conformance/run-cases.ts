import type { ConformanceCase, Level, Subject, World } from './case.ts';

/** What became of one case. */
export interface CaseReport {
  readonly id: string;
  readonly level: Level;
  readonly sentence: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped, or what was expected and found. */
  readonly reason?: string;
}

/** Runs the cases one after the other, without any test runner. Never rejects because of the part. */
export async function* runCases<Made extends World, Need extends string>(
  cases: readonly ConformanceCase<Made, Need>[],
  subject: Subject<Made, Need>,
): AsyncIterable<CaseReport> {
  for (const one of cases) {
    const { id, level, sentence } = one;
    const skipped = one.skipped(subject);
    const failed = skipped === undefined ? await failureOf(one.run(subject)) : undefined;
    const reason = skipped ?? failed;
    const status = skipped !== undefined ? 'skipped' : failed !== undefined ? 'failed' : 'passed';
    yield reason === undefined ? { id, level, sentence, status } : { id, level, sentence, status, reason };
  }
}

function failureOf(run: Promise<void>): Promise<string | undefined> {
  return run.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
