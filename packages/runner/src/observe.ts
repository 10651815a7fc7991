import {
  EMPTY_HISTORY,
  foldHistory,
  type History,
  type JournalCursor,
  type JournalEntry,
  type RunId,
} from '@backlog-runner/contracts';
import type { RunnerParts } from './parts.ts';
import type { Snapshot } from './snapshot.ts';

/** Reads everything a decision needs. Costs what is new in the journal, not what there is. */
export interface Observer {
  observe(memory: Pick<Snapshot, 'working' | 'looking' | 'restingUntil'>): Promise<Snapshot>;
  /** The past as of now. */
  history(): Promise<History>;
  /** Whether the journal has anything that may change a decision or the report and was not there at the last question. */
  hasNews(): Promise<boolean>;
  /** Resolves when nothing is being read any more. */
  settled(): Promise<void>;
}

export function createObserver(
  { store, leases, journal, landing, system }: Pick<RunnerParts, 'store' | 'leases' | 'journal' | 'landing' | 'system'>,
  run: RunId,
): Observer {
  let cursor: JournalCursor | undefined;
  let known: History = EMPTY_HISTORY;
  let reading: Promise<unknown> = Promise.resolve();
  let isNew = false;

  const catchUp = async (): Promise<History> => {
    const page = await journal.read(cursor);
    cursor = page.cursor;
    if (page.entries.length > 0) known = foldHistory(page.entries, known);
    isNew ||= page.entries.some((entry) => isNews(entry, run));
    return known;
  };
  const history = (): Promise<History> => {
    const next = reading.then(catchUp);
    reading = next.catch(() => {});
    return next;
  };

  return {
    history,
    async hasNews() {
      await history();
      const answer = isNew;
      isNew = false;
      return answer;
    },
    async settled() {
      await reading;
    },
    async observe({ working, looking, restingUntil }) {
      const past = await history();
      const held = await leases.list();
      const backlog = await store.read();
      const head = await landing.head().catch(() => undefined);
      return {
        run,
        now: system.now(),
        backlog,
        history: past,
        leases: held,
        working: new Set(working),
        looking: new Set(looking),
        restingUntil: new Map(restingUntil),
        ...(head === undefined ? {} : { head }),
      };
    },
  };
}

/** What this run itself does in an attempt it is waiting for is no news to it, but that one began. */
function isNews(entry: JournalEntry, own: RunId): boolean {
  return entry.run !== own || entry.type === 'attempt.started';
}
