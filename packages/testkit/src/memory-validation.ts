import {
  isWithin,
  type Task,
  type Validation,
  type ValidationRequest,
  type ValidationResult,
} from '@backlog-runner/contracts';
import { unlessAborted } from './unless-aborted.ts';

/** Undefined when the work is good, else what is wrong with it; or a whole result, to be inconclusive. */
export type Verdict = string | undefined | ValidationResult;
export type Judge = (request: ValidationRequest) => Verdict | Promise<Verdict>;

export interface MemoryValidationOptions {
  /** Paths an attempt may not change unless the task's touch paths name exactly that path. */
  readonly protects?: readonly string[];
}

/** A validation that is a function. Without one it passes everything. An abort makes it inconclusive. */
export function memoryValidation(
  judge: Judge = () => undefined,
  { protects = [] }: MemoryValidationOptions = {},
): Validation {
  const judged = async (request: ValidationRequest) => resultOf(await judge(request), profileFor(request.task));
  return {
    async run(request) {
      const result = await unlessAborted(judged(request), request.signal);
      return result ?? { status: 'inconclusive', profile: profileFor(request.task), reason: 'It was stopped.' };
    },
    protectedAmong: (task, paths) =>
      paths
        .filter((path) => protects.some((kept) => isWithin(path, kept)))
        .filter((path) => !task.touchPaths.some((claimed) => claimed === path)),
  };
}

function profileFor(task: Task): string {
  return task.validationProfile ?? 'repo';
}

function resultOf(verdict: Verdict, profile: string): ValidationResult {
  if (typeof verdict === 'object') return verdict;
  if (verdict === undefined) return { status: 'passed', profile, durationMs: 0 };
  return { status: 'refused', profile, findings: [{ command: 'judge', exitCode: 1, output: verdict }] };
}
