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

export interface EndMarkedOptions {
  /** Those whose mark starts with this are left alone. */
  readonly except?: string;
  /** They are asked first, by SIGTERM, and killed only after this time. */
  readonly patienceMs?: number;
}

/** Kills all that {@link findMarked} finds, until it finds none. Returns how many there were. */
export function endMarked(markPrefix: string, { except = '', patienceMs = 0 }: EndMarkedOptions = {}): Promise<number> {
  const [ends, stays] = [carries(markPrefix), carries(except)];
  return endProcesses((facts) => ends(facts) && !stays(facts), { patienceMs });
}
