import { isWithin, type KnownWork } from '@backlog-runner/contracts';
import { oneLine } from './marked-data.ts';

/** About 4,000 tokens of titles. */
const MOST_TASKS = 150;
const MOST_REJECTED = 50;
const MOST_PATHS = 3;

/** Where a pass looks; nothing means everywhere. */
export interface Scope {
  readonly includePaths: readonly string[];
  readonly excludePaths: readonly string[];
}

type KnownTask = KnownWork['tasks'][number];

/**
 * What is known already, as lines for a prompt: of many tasks those that touch where the pass looks, open ones before
 * done ones, newer before older.
 */
export function relevantWork({ tasks, rejected }: KnownWork, scope: Scope): readonly string[] {
  const relevant = tasks
    .map((task, age) => ({ task, age, rank: rankOf(task, scope) }))
    .filter(({ task }) => task.state !== 'superseded')
    .sort((left, right) => left.rank - right.rank || right.age - left.age)
    .slice(0, MOST_TASKS);
  const left = tasks.length - relevant.length;
  return [
    ...relevant.map(({ task }) => lineFor(task)),
    ...(left > 0 ? [`[${left} more that are further away or older]`] : []),
    ...rejected.slice(-MOST_REJECTED).map(({ title, reason }) => `refused: ${oneLine(title)} (${oneLine(reason)})`),
  ];
}

function rankOf({ touchPaths, state }: KnownTask, scope: Scope): number {
  const isNear = touchPaths.length === 0 || touchPaths.some((path) => isInScope(path, scope));
  return (isNear ? 0 : 2) + (state === 'planned' || state === 'ready' ? 0 : 1);
}

/** Whether a path lies where a pass looks, or holds such a place. */
export function isInScope(path: string, { includePaths, excludePaths }: Scope): boolean {
  const isIncluded =
    includePaths.length === 0 || includePaths.some((place) => isWithin(path, place) || isWithin(place, path));
  return isIncluded && !excludePaths.some((place) => isWithin(path, place));
}

function lineFor({ state, title, touchPaths }: KnownTask): string {
  const paths = touchPaths.slice(0, MOST_PATHS).map((path) => oneLine(path, 80));
  const more = touchPaths.length > MOST_PATHS ? ', …' : '';
  return `${state}: ${oneLine(title)}${paths.length > 0 ? ` (${paths.join(', ')}${more})` : ''}`;
}
