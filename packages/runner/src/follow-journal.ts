import {
  EMPTY_HISTORY,
  foldHistory,
  type History,
  type Journal,
  type JournalCursor,
  type JournalEntry,
  type RunId,
} from '@backlog-runner/contracts';

/** The past, folded once and brought up to date by what is new in the journal when somebody wants to know it. */
export interface Past {
  /** As of now. */
  history(): Promise<History>;
  /** Whether the journal has anything that may change a decision or the report and was not there at the last question. */
  hasNews(): Promise<boolean>;
  /** Resolves when nothing is being read any more. */
  idle(): Promise<void>;
}

export function followJournal(journal: Pick<Journal, 'read'>, run: RunId): Past {
  let cursor: JournalCursor | undefined;
  let known: History = EMPTY_HISTORY;
  let unfolded: readonly JournalEntry[] = [];
  let reading: Promise<unknown> = Promise.resolve();
  let isNew = false;

  const readOn = async () => {
    const page = await journal.read(cursor);
    cursor = page.cursor;
    unfolded = [...unfolded, ...page.entries];
    isNew ||= page.entries.some((entry) => isNews(entry, run));
  };
  const inTurn = <Value>(action: () => Promise<Value>): Promise<Value> => {
    const next = reading.then(action);
    reading = next.catch(() => {});
    return next;
  };
  return {
    history: () =>
      inTurn(async () => {
        await readOn();
        if (unfolded.length > 0) known = foldHistory(unfolded, known);
        unfolded = [];
        return known;
      }),
    hasNews: () =>
      inTurn(async () => {
        await readOn();
        const answer = isNew;
        isNew = false;
        return answer;
      }),
    async idle() {
      await reading;
    },
  };
}

/** What this run itself does in an attempt it is waiting for is no news to it, but that one began. */
function isNews(entry: JournalEntry, own: RunId): boolean {
  return entry.run !== own || entry.type === 'attempt.started';
}
