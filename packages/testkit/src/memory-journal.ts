import {
  type Cancel,
  type Journal,
  type JournalCursor,
  type JournalEntry,
  type RunId,
  system as realSystem,
  type System,
} from '@backlog-runner/contracts';
import { watchers } from './watchers.ts';

/** What the journals of all runs on one machine write to. */
export interface MemoryRecord {
  /** As they were appended. */
  readonly entries: readonly JournalEntry[];
  append(entry: JournalEntry): void;
  watch(onChange: () => void): Cancel;
}

export function memoryRecord(before: readonly JournalEntry[] = []): MemoryRecord {
  const entries = [...before];
  const changed = watchers();
  return {
    entries,
    append(entry) {
      entries.push(entry);
      changed.notify();
    },
    watch: changed.add,
  };
}

export interface MemoryJournalOptions {
  /** Whose events are appended. Plain text, such as `run-1`. */
  readonly run: string;
  /** Shared with the journals of other runs. Default: one of its own. */
  readonly record?: MemoryRecord;
  readonly system?: System;
}

/** One run's journal. All journals over one record read what any of them appended. */
export function memoryJournal({ run, record = memoryRecord(), system = realSystem }: MemoryJournalOptions): Journal {
  return {
    async append(event) {
      const seq = (record.entries.findLast((entry) => entry.run === run)?.seq ?? 0) + 1;
      const entry: JournalEntry = { ...structuredClone(event), at: system.now(), run: run as RunId, seq };
      record.append(entry);
      return entry;
    },
    async read(after) {
      const start = after === undefined ? 0 : positionOf(after);
      const { length } = record.entries;
      return { entries: inOrder(record.entries.slice(start)), cursor: cursorAt(length), damaged: [] };
    },
    watch: (onChange) => record.watch(onChange),
  };
}

const cursorAt = (position: number): JournalCursor => ({ position }) as unknown as JournalCursor;
const positionOf = (cursor: JournalCursor): number => (cursor as unknown as { position: number }).position;

/** Between runs the earlier goes first, but no entry before an earlier one of its own run, whatever its clock said. */
function inOrder(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const latest = new Map<RunId, number>();
  const timed = entries.map((entry) => {
    const at = Math.max(entry.at, latest.get(entry.run) ?? entry.at);
    latest.set(entry.run, at);
    return { entry, at };
  });
  timed.sort((left, right) => left.at - right.at || compareText(left.entry.run, right.entry.run));
  return timed.map(({ entry }) => entry);
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
