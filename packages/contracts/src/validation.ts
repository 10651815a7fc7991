import type { RunId } from './ids.ts';
import type { Task } from './task.ts';

/** One validation command that did not pass. */
export interface Finding {
  readonly command: string;
  readonly exitCode: number;
  /** The end of what it printed, bounded, for the agent and for people. */
  readonly output: string;
}

/** `profile` is the one whose commands judge the task. */
export type ValidationResult =
  | { readonly status: 'passed'; readonly profile: string; readonly durationMs: number }
  | { readonly status: 'refused'; readonly profile: string; readonly findings: readonly Finding[] }
  /** Killed, timed out or not startable: says nothing about the work, and nothing lands on it. */
  | { readonly status: 'inconclusive'; readonly profile: string; readonly reason: string };

export interface ValidationRequest {
  readonly task: Task;
  /** The project directory of the workspace that shows the tree to judge. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly run: RunId;
  readonly signal?: AbortSignal;
}

/** The project's own check, as routed. */
export interface Validation {
  /** Runs the commands of the config, never ones an agent wrote. No process of it is left afterwards. */
  run(request: ValidationRequest): Promise<ValidationResult>;
  /**
   * Those of the changed paths that would change the judge itself (config, validation scripts, prompts, other tasks'
   * files, the report) and that the task's touch paths do not claim exactly.
   */
  protectedAmong(task: Task, paths: readonly string[]): readonly string[];
}
