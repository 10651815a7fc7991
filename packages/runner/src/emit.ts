import type { BacklogEvent, JournalEntry } from '@backlog-runner/contracts';
import type { RunnerParts } from './parts.ts';
import { redactDeep } from './redact-deep.ts';

/** Records an event, without secrets, and tells whoever listens. Throws when it cannot be recorded. */
export type Emit = (event: BacklogEvent) => Promise<void>;

export function createEmit({ journal, narrate, redact }: Pick<RunnerParts, 'journal' | 'narrate' | 'redact'>): Emit {
  return async (event) => {
    const entry: JournalEntry = await journal.append(redactDeep(event, redact));
    narrate(entry);
  };
}
