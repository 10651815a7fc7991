import { isWithin, type Task } from '@backlog-runner/contracts';
import type { AgentChoice, PassPolicy, RunnerPolicy } from './policy.ts';

/**
 * Which kind of agent a task is for: what its execution domain says, else `ui` when all of its touch paths (and at
 * least one) lie below the UI prefixes, else `code`.
 */
export function roleFor(task: Task, uiPathPrefixes: readonly string[]): 'ui' | 'code' {
  if (task.executionDomain) return task.executionDomain === 'ui_ux' ? 'ui' : 'code';
  const prefixes = uiPathPrefixes.map((prefix) => prefix.replace(/\/+$/, ''));
  const isUi = (path: string) => prefixes.some((prefix) => isWithin(path, prefix));
  return task.touchPaths.length > 0 && task.touchPaths.every(isUi) ? 'ui' : 'code';
}

/** Who plans. */
export function plannerOf({ agents }: Pick<RunnerPolicy, 'agents'>): AgentChoice {
  return agents.planner ?? agents.code;
}

/** Whom a pass asks, when it asks. */
export function discovererOf(
  { agent }: Pick<PassPolicy, 'agent'>,
  { agents }: Pick<RunnerPolicy, 'agents'>,
): AgentChoice {
  return agent ?? agents.discovery ?? agents.code;
}
