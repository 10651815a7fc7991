import type { BacklogEvent, JournalEntry } from '@backlog-runner/contracts';
import type { RunnerParts } from './parts.ts';

/** Records an event, without secrets, and tells whoever listens. Throws when it cannot be recorded. */
export type Emit = (event: BacklogEvent) => Promise<void>;

export function createEmit({ journal, narrate, redact }: Pick<RunnerParts, 'journal' | 'narrate' | 'redact'>): Emit {
  return async (event) => {
    const entry: JournalEntry = await journal.append(redactDeep(event, redact) as BacklogEvent);
    narrate(entry);
  };
}

function redactDeep(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactDeep(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactDeep(item, redact)]));
}
