import type {
  AddResult,
  Admit,
  Candidate,
  DrainReport,
  Inbox,
  RejectedLine,
  RepoPath,
  Task,
  TaskStore,
} from '@backlog-runner/contracts';
import { readCandidateLine } from './memory-candidate-line.ts';

export interface MemoryInbox extends Inbox {
  /** Adds a line as a person does, whatever is in it. */
  append(line: string): void;
  /** The lines that were rejected, as they were. */
  readonly rejected: readonly string[];
}

type Line = { readonly text: string; readonly candidate: Candidate | undefined };

const KEPT_IN = 'backlog/inbox.rejected.jsonl' as RepoPath;
const NOT_A_CANDIDATE: AddResult = { status: 'invalid', message: 'The line is not a JSON object with a title.' };

const admitAll: Admit = async (candidate) => ({ status: 'admitted', candidate });

/** Lines in memory that become tasks of the store. */
export function memoryInbox(store: Pick<TaskStore, 'add'>): MemoryInbox {
  const waiting: Line[] = [];
  const kept: string[] = [];
  return {
    rejected: kept,
    append(text) {
      waiting.push({ text, candidate: readCandidateLine(text) });
    },
    async propose(candidates) {
      waiting.push(...candidates.map((candidate) => ({ text: JSON.stringify(candidate), candidate })));
    },
    async drain(admit = admitAll) {
      const added: Task[] = [];
      const duplicates: DrainReport['duplicates'][number][] = [];
      const refused: DrainReport['refused'][number][] = [];
      const rejected: RejectedLine[] = [];
      // A line waits until it is dealt with, so a drain that dies loses none. Of two drains that deal with one line, whoever
      // takes it away reports what became of it.
      for (let line = 1; waiting[0]; line += 1) {
        const [next] = waiting;
        const { text, candidate } = next;
        const verdict = candidate && (await admit(candidate));
        const isAdmitted = verdict?.status === 'admitted';
        const result = isAdmitted ? await store.add(verdict.candidate) : NOT_A_CANDIDATE;
        if (isAdmitted && result.status === 'added') added.push(result.task);
        if (!taken(waiting, next)) continue;
        if (verdict?.status === 'rejected') refused.push({ line, ...verdict });
        else if (result.status === 'duplicate' && verdict) {
          const { title, source } = verdict.candidate;
          duplicates.push({ line, title, of: result.of, source });
        } else if (result.status === 'invalid') {
          kept.push(text);
          rejected.push({ line, message: result.message, keptIn: KEPT_IN });
        }
      }
      return { added, duplicates, refused, rejected };
    },
  };
}

function taken(waiting: Line[], line: Line): boolean {
  const at = waiting.indexOf(line);
  if (at >= 0) waiting.splice(at, 1);
  return at >= 0;
}
