import type {
  AddResult,
  Candidate,
  Inbox,
  RejectedLine,
  RepoPath,
  Task,
  TaskId,
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
    async drain() {
      const added: Task[] = [];
      const duplicates: { line: number; title: string; of: TaskId }[] = [];
      const rejected: RejectedLine[] = [];
      const lines = waiting.splice(0);
      let line = 0;
      try {
        for (const { text, candidate } of lines) {
          const result = candidate ? await store.add(candidate) : NOT_A_CANDIDATE;
          line += 1;
          if (result.status === 'added') added.push(result.task);
          else if (result.status === 'duplicate') {
            duplicates.push({ line, title: candidate?.title ?? '', of: result.of });
          } else {
            kept.push(text);
            rejected.push({ line, message: result.message, keptIn: KEPT_IN });
          }
        }
      } finally {
        waiting.unshift(...lines.slice(line));
      }
      return { added, duplicates, rejected };
    },
  };
}
