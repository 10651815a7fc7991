import type { Journal, JournalCursor, JournalEntry, JournalPage, RunId } from '@backlog-runner/contracts';
import { type JournalNeed, type JournalSubject, type JournalWorld, journalCases } from '../../src/conformance/index.ts';
import { type MemoryRecord, memoryJournal, memoryRecord } from '../../src/memory-journal.ts';
import { type TestClock, testClock } from '../../src/test-clock.ts';
import { type Breaks, describeCases, type Mutant } from './kit.ts';

interface Shared {
  readonly record: MemoryRecord;
  readonly clock: TestClock;
  /** The runs whose record ends with half a line. */
  readonly torn: Set<RunId>;
}

type Change = (sound: Journal, run: RunId, shared: Shared) => Partial<Journal>;

const worldOf = (change: Change): JournalWorld => {
  const shared: Shared = { record: memoryRecord(), clock: testClock(), torn: new Set() };
  const { record, clock: system, torn } = shared;
  return {
    open(run) {
      const journal = memoryJournal({ run, record, system });
      const damaged = () => [...torn].map((file) => ({ file, line: 1 }));
      const sound = {
        ...journal,
        read: async (after?: JournalCursor) => ({ ...(await journal.read(after)), damaged: damaged() }),
      };
      return { ...sound, ...change(sound, run, shared) };
    },
    clock: system,
    tear: (run) => void torn.add(run),
  };
};

/** The record in memory knows no damage; its world plays it. */
const inMemory: JournalSubject = { open: () => worldOf(() => ({})) };

type JournalMutant = Mutant<JournalWorld, JournalNeed>;

const wrapped = (breaks: Breaks, change: Change): JournalMutant => ({
  breaks,
  subject: { open: () => worldOf(change) },
});

const reading = (
  breaks: Breaks,
  change: (page: JournalPage, run: RunId, after: JournalCursor | undefined) => Partial<JournalPage>,
): JournalMutant =>
  wrapped(breaks, (sound, run) => ({
    async read(after) {
      const page = await sound.read(after);
      return { ...page, ...change(page, run, after) };
    },
  }));

const entriesBy = (order: (left: JournalEntry, right: JournalEntry) => number) => (page: JournalPage) => ({
  entries: [...page.entries].sort(order),
});

const compare = (left: string | number, right: string | number) => (left < right ? -1 : left > right ? 1 : 0);
const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

const mutants: readonly JournalMutant[] = [
  wrapped(['empty'], (sound, run) => {
    const begun = sound.append({ type: 'warning', message: `${run} begins` });
    return {
      async read(after) {
        const { entries, ...page } = await sound.read(after);
        const isEmpty = entries.every(({ seq }) => seq === 1);
        return {
          ...page,
          entries: isEmpty && after === undefined ? [await begun] : entries.filter(({ seq }) => seq !== 1),
        };
      },
    };
  }),
  wrapped(['append-answers-with-the-entry', 'outlives-its-process'], (sound) => ({
    append: async (event) => ({ ...(await sound.append(event)), at: 0 as JournalEntry['at'] }),
  })),
  wrapped(['entry-names-run-and-number', 'append-answers-with-the-entry'], (sound) => ({
    append: async (event) => ({ ...(await sound.append(event)), seq: 1 }),
  })),
  wrapped(['keeps-the-event'], (sound) => ({
    append: (event) =>
      sound.append('message' in event ? { ...event, message: event.message.replace(/\s+/g, ' ') } : event),
  })),
  wrapped(['concurrent-appends-keep-their-order'], (sound) => {
    let calls = 0;
    return {
      async append(event) {
        calls += 1;
        if (calls % 2 === 0) await soon();
        return sound.append(event);
      },
    };
  }),
  reading(
    ['reads-every-run', 'names-damage', 'ordered-by-run', 'ordered-by-time', 'outlives-its-process'],
    ({ entries }, run, after) => (after ? {} : { entries: entries.filter((entry) => entry.run === run) }),
  ),
  wrapped(['reads-after-the-cursor', 'nothing-new', 'pages-miss-nothing'], (sound) => ({ read: () => sound.read() })),
  reading(['nothing-new'], ({ entries }, run, after) =>
    after && entries.length === 0
      ? { entries: [{ type: 'warning', message: 'old', run, seq: 1, at: 0 as JournalEntry['at'] }] }
      : {},
  ),
  wrapped(['cursor-of-nothing', 'cursor-can-be-used-again', 'pages-miss-nothing'], (sound, _, { record }) => {
    let begun: JournalCursor | undefined;
    return {
      async read(after) {
        const page = await sound.read(after);
        if (record.entries.length === 0) begun = page.cursor;
        return after !== undefined && after === begun ? { ...page, entries: page.entries.slice(1) } : page;
      },
    };
  }),
  wrapped(['cursor-can-be-used-again'], (sound) => {
    const used = new Map<JournalCursor, JournalCursor>();
    return {
      async read(after) {
        const page = await sound.read(after && (used.get(after) ?? after));
        if (after) used.set(after, page.cursor);
        return page;
      },
    };
  }),
  reading(['pages-miss-nothing'], ({ entries }, run, after) =>
    after && run === 'run-c' ? { entries: entries.slice(0, 1) } : {},
  ),
  reading(['entry-has-its-time'], ({ entries }) => ({
    entries: entries.map((entry) => ({ ...entry, at: entries[0]?.at ?? entry.at })),
  })),
  reading(
    ['ordered-by-time'],
    entriesBy((left, right) => compare(left.run, right.run) || left.seq - right.seq),
  ),
  wrapped(['ordered-by-run'], (sound, _, { record }) => ({
    read: async (after) => ({
      ...(await sound.read(after)),
      entries: after ? (await sound.read(after)).entries : record.entries,
    }),
  })),
  reading(
    ['ordered-by-number'],
    entriesBy((left, right) => left.at - right.at || compare(left.run, right.run) || left.seq - right.seq),
  ),
  wrapped(['outlives-its-process'], (sound, run) => {
    const before = sound.read();
    return {
      async read(after) {
        const known = (await before).entries
          .filter((entry) => entry.run !== run)
          .map(({ run, seq }) => `${run} ${seq}`);
        const page = await sound.read(after);
        return { ...page, entries: page.entries.filter(({ run, seq }) => !known.includes(`${run} ${seq}`)) };
      },
    };
  }),
  reading(['names-damage'], () => ({ damaged: [] })),
  wrapped(['watch', 'watch-ends', 'watch-other-runs'], () => ({ watch: () => () => {} })),
  wrapped(['watch-other-runs'], (sound) => {
    const watchers = new Set<() => void>();
    return {
      async append(event) {
        const entry = await sound.append(event);
        for (const watcher of watchers) watcher();
        return entry;
      },
      watch(onChange) {
        const watcher = () => onChange();
        watchers.add(watcher);
        return () => void watchers.delete(watcher);
      },
    };
  }),
  wrapped(['watch-ends'], (sound) => ({
    watch(onChange) {
      sound.watch(onChange);
      return () => {};
    },
  })),
];

describeCases('journal', journalCases, inMemory, mutants);
