import { endProcesses, processesThat } from './end-processes.ts';
import type { ProcessFacts } from './process-table.ts';

const carries =
  (markPrefix: string) =>
  ({ mark }: ProcessFacts) =>
    markPrefix !== '' && mark?.startsWith(markPrefix) === true;

/**
 * The ids of all living processes whose mark starts with this, in sessions of their own too; never this process or one
 * it descends from. Complete on Linux; on macOS without programs of the system itself; on Windows always empty.
 */
export async function findMarked(markPrefix: string): Promise<readonly number[]> {
  return (await processesThat(carries(markPrefix))).map(({ pid }) => pid);
}

/** Every living process that carries a mark. Sees what {@link findMarked} sees. */
export async function findMarks(): Promise<readonly { readonly pid: number; readonly mark: string }[]> {
  const marked = await processesThat(({ mark }) => mark !== undefined);
  return marked.flatMap(({ pid, mark }) => (mark === undefined ? [] : [{ pid, mark }]));
}

/** Kills all that {@link findMarked} finds, until it finds none. Returns how many there were. */
export function endMarked(markPrefix: string): Promise<number> {
  return endProcesses(carries(markPrefix));
}
