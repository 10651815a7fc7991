import { isWithin, parseRepoPath, type Task } from '@backlog-runner/contracts';

/** The profile that stands for the default command. */
export const DEFAULT_PROFILE = 'repo';
/** The other word for it. */
const ALSO_DEFAULT = 'default';

/** A task whose every touch path lies at or below one of these prefixes is judged by this profile. */
export interface RoutingRule {
  readonly profile: string;
  readonly pathPrefixes: readonly string[];
}

/**
 * The profile that judges a task: the one it names itself, else that of the first rule that holds for all of its touch
 * paths, else the default. A task without touch paths may change anything, so no rule holds for it.
 */
export function routeTask(task: Pick<Task, 'validationProfile' | 'touchPaths'>, rules: readonly RoutingRule[]): string {
  const profile = task.validationProfile ?? rules.find((rule) => holds(rule, task.touchPaths))?.profile;
  return profile === undefined || profile === ALSO_DEFAULT ? DEFAULT_PROFILE : profile;
}

function holds({ pathPrefixes }: RoutingRule, touchPaths: readonly string[]): boolean {
  const prefixes = pathPrefixes.map(parseRepoPath).filter((prefix) => prefix !== undefined);
  return touchPaths.length > 0 && touchPaths.every((path) => prefixes.some((prefix) => isWithin(path, prefix)));
}
