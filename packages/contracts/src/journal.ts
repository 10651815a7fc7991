import type { BacklogEvent, JournalEntry } from './event.ts';
import type { Cancel } from './system.ts';

declare const brand: unique symbol;
/** How far a reader has read. Opaque; belongs to the journal that gave it. */
export type JournalCursor = { readonly [brand]: 'JournalCursor' };

export interface JournalPage {
  /** In the order of {@link JournalEntry}. */
  readonly entries: readonly JournalEntry[];
  readonly cursor: JournalCursor;
  /** Lines that could not be read, for instance torn by a crash: file and 1-based line. They stay where they are. */
  readonly damaged: readonly { readonly file: string; readonly line: number }[];
}

/** The append-only record of events of all runs on this machine. */
export interface Journal {
  /** Resolves when a crash of this process can no longer lose the event. Concurrent appends keep their call order. */
  append(event: BacklogEvent): Promise<JournalEntry>;
  /** What was recorded after the cursor, or everything. Costs what is new, not what there is. */
  read(after?: JournalCursor): Promise<JournalPage>;
  /** Calls back, soon and at least once, after any process may have appended. */
  watch(onChange: () => void): Cancel;
}
