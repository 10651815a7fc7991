import { MARK_VARIABLE } from '@backlog-runner/contracts';

/** The mark among `NAME=value` entries. */
export function markIn(entries: readonly string[]): string | undefined {
  const start = `${MARK_VARIABLE}=`;
  return entries.find((entry) => entry.startsWith(start))?.slice(start.length);
}
