import type { Escape } from '@backlog-runner/contracts';

/**
 * Why a run must not go on after an agent changed what every later command of git obeys, the runner's own among them.
 * Undefined when nothing of that kind changed.
 */
export function alteredGit(escapes: readonly Escape[]): string | undefined {
  const altered = escapes.filter(({ what }) => what === 'hook' || what === 'git-config');
  if (altered.length === 0) return undefined;
  const names = altered.map(({ name }) => name).join(', ');
  return `${names} changed while agents worked, and every later git command would obey it. ${REMEDY}`;
}

const REMEDY =
  'See what changed with `git config --list --show-origin` and `ls -l .git/hooks`, put it right, then start again.';
