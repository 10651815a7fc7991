import type { SpecProblem } from '@backlog-runner/contracts';
import { oneLine } from './one-line.ts';

/** A problem as editors and terminals make a link of it: `backlog/tasks/x.yaml:3:7: what is wrong`. */
export function specProblemLine({ path, line, column, message }: SpecProblem): string {
  const place = [oneLine(path), line, line === undefined ? undefined : column]
    .filter((part) => part !== undefined)
    .join(':');
  return `${place}: ${oneLine(message)}`;
}
