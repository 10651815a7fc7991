import type { BacklogEvent, Journal, JournalEntry, RunId } from '@backlog-runner/contracts';
import { type ConformanceCase, casesOf, type Subject, type World } from './case.ts';
import type { ConformanceClock } from './clock.ts';
import { given, holds, same } from './expectations.ts';

export interface JournalWorld extends World {
  /** The journal as the process of this run has it. All share one record, which is empty at first. */
  open(run: RunId): Journal | Promise<Journal>;
  /** The wall clock of all these journals. */
  readonly clock?: Pick<ConformanceClock, 'now' | 'jump'>;
  /** Leaves half a line at the end of what this run recorded, as a crash does. */
  readonly tear?: (run: RunId) => void | Promise<void>;
}

export type JournalNeed = 'clock' | 'tear';
export type JournalSubject = Subject<JournalWorld, JournalNeed>;
export type JournalCase = ConformanceCase<JournalWorld, JournalNeed>;

const { must } = casesOf<JournalWorld, JournalNeed>();
const A = 'run-a' as RunId;
const B = 'run-b' as RunId;

const said = (message: string): BacklogEvent => ({ type: 'warning', message });
const say = (journal: Journal, message: string) => journal.append(said(message));
const messagesOf = (entries: readonly JournalEntry[]) =>
  entries.map((entry) => ('message' in entry ? entry.message : entry.type));
const messagesIn = async (journal: Journal) => messagesOf((await journal.read()).entries);

export const journalCases: readonly JournalCase[] = [
  must('journal/empty', 'A journal to which nothing was appended reads as nothing.', async ({ open }) => {
    const { entries, damaged } = await (await open(A)).read();
    same([entries, damaged], [[], []]);
  }),
  must('journal/append-answers-with-the-entry', 'What is read is what the append answered with.', async ({ open }) => {
    const journal = await open(A);
    const appended = [await say(journal, 'one'), await say(journal, 'two')];
    same((await journal.read()).entries, appended);
  }),
  must(
    'journal/entry-names-run-and-number',
    'An entry names its run and carries a number that grows within it.',
    async ({ open }) => {
      const journal = await open(A);
      const [one, two] = [await say(journal, 'one'), await say(journal, 'two')];
      same([one.run, two.run], [A, A]);
      holds(one.seq < two.seq, 'numbers that grow', [one.seq, two.seq]);
    },
  ),
  must('journal/keeps-the-event', 'An event is read as it was appended, whatever is in it.', async ({ open }) => {
    const journal = await open(A);
    const event: BacklogEvent = {
      type: 'inbox.rejected',
      line: 3,
      message: 'wörld ✓\u2028 \n "quoted" \\ \ud83c\udf89',
      keptIn: 'backlog/inbox.rejected.jsonl',
    };
    await journal.append(event);
    const { at, run, seq, ...read } = (await journal.read()).entries[0] ?? {};
    same(read, event);
  }),
  must(
    'journal/concurrent-appends-keep-their-order',
    'Concurrent appends keep the order of their calls.',
    async ({ open }) => {
      const journal = await open(A);
      const texts = Array.from({ length: 30 }, (_, index) => `message ${index}`);
      await Promise.all(texts.map((text) => say(journal, text)));
      same(await messagesIn(journal), texts);
    },
  ),
  must('journal/reads-every-run', 'Without a cursor everything is read, of every run.', async ({ open }) => {
    const [one, two] = [await open(A), await open(B)];
    await say(one, 'a');
    await say(two, 'b');
    same(
      [(await messagesIn(one)).sort(), (await messagesIn(two)).sort()],
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
    );
  }),
  must('journal/reads-after-the-cursor', 'After a cursor only what is new is read, of every run.', async ({ open }) => {
    const [one, two] = [await open(A), await open(B)];
    await say(one, 'old');
    const { cursor } = await one.read();
    await say(two, 'new b');
    await say(one, 'new a');
    same(messagesOf((await one.read(cursor)).entries).sort(), ['new a', 'new b']);
  }),
  must('journal/nothing-new', 'When nothing is new nothing is read.', async ({ open }) => {
    const journal = await open(A);
    await say(journal, 'old');
    const { cursor } = await journal.read();
    same((await journal.read(cursor)).entries, []);
  }),
  must('journal/cursor-of-nothing', 'A cursor of an empty journal misses nothing that comes.', async ({ open }) => {
    const journal = await open(A);
    const { cursor } = await journal.read();
    await say(journal, 'first');
    same(messagesOf((await journal.read(cursor)).entries), ['first']);
  }),
  must('journal/cursor-can-be-used-again', 'A cursor does not wear out.', async ({ open }) => {
    const journal = await open(A);
    const { cursor } = await journal.read();
    await say(journal, 'one');
    same(messagesOf((await journal.read(cursor)).entries), ['one']);
    await say(journal, 'two');
    same(messagesOf((await journal.read(cursor)).entries), ['one', 'two']);
  }),
  must('journal/pages-miss-nothing', 'Page after page, every entry is read once.', async ({ open }) => {
    const [one, two, reader] = [await open(A), await open(B), await open('run-c' as RunId)];
    let page = await reader.read();
    const read: string[] = [];
    for (const step of [1, 2, 3, 4]) {
      await say(one, `a${step}`);
      if (step % 2 === 0) await say(two, `b${step}`);
      page = await reader.read(page.cursor);
      read.push(...messagesOf(page.entries));
    }
    same(read.sort(), ['a1', 'a2', 'a3', 'a4', 'b2', 'b4']);
  }),
  must(
    'journal/entry-has-its-time',
    'An entry carries the time by the wall clock when it was appended.',
    async ({ open, clock }) => {
      const journal = await open(A);
      const { now, jump } = given(clock, 'clock');
      const start = now();
      await say(journal, 'one');
      jump(5000);
      await say(journal, 'two');
      same(
        (await journal.read()).entries.map(({ at }) => at - start),
        [0, 5000],
      );
    },
    'clock',
  ),
  must(
    'journal/ordered-by-time',
    'Entries of several runs are ordered by time.',
    async ({ open, clock }) => {
      const [one, two] = [await open(A), await open(B)];
      const { jump } = given(clock, 'clock');
      for (const [journal, message] of [
        [two, 'b1'],
        [one, 'a2'],
        [two, 'b3'],
        [one, 'a4'],
      ] as const) {
        await say(journal, message);
        jump(10);
      }
      same(await messagesIn(one), ['b1', 'a2', 'b3', 'a4']);
    },
    'clock',
  ),
  must(
    'journal/ordered-by-run',
    'Entries of one time are ordered by run.',
    async ({ open, clock }) => {
      given(clock, 'clock');
      const [one, two] = [await open(A), await open(B)];
      await say(two, 'b');
      await say(one, 'a');
      same(await messagesIn(two), ['a', 'b']);
    },
    'clock',
  ),
  must(
    'journal/ordered-by-number',
    'Entries of one run are ordered by number, whatever its clock did.',
    async ({ open, clock }) => {
      const journal = await open(A);
      await say(journal, 'one');
      given(clock, 'clock').jump(-60_000);
      await say(journal, 'two');
      same(await messagesIn(journal), ['one', 'two']);
    },
    'clock',
  ),
  must(
    'journal/outlives-its-process',
    'What an append has answered is there for a process that comes later.',
    async ({ open }) => {
      const entry = await say(await open(A), 'one');
      same((await (await open(B)).read()).entries, [entry]);
    },
  ),
  must(
    'journal/names-damage',
    'A line that a crash tore is named and stays; every other entry is read.',
    async ({ open, tear }) => {
      const [one, two] = [await open(A), await open(B)];
      await say(one, 'a');
      await given(tear, 'tear')(A);
      await say(two, 'b');
      for (const { entries, damaged } of [await two.read(), await two.read()]) {
        same([messagesOf(entries).sort(), damaged.length], [['a', 'b'], 1]);
      }
    },
    'tear',
  ),
  must('journal/watch', 'A watcher is called after its own run appended.', async ({ open }) => {
    const journal = await open(A);
    await calledDuring(journal, () => say(journal, 'one'));
    await calledDuring(journal, () => say(journal, 'two'));
  }),
  must('journal/watch-other-runs', 'A watcher is called after any process appended.', async ({ open }) => {
    const [one, two] = [await open(A), await open(B)];
    await calledDuring(one, () => say(two, 'one'));
  }),
  must(
    'journal/watch-ends',
    'A watcher that was cancelled is not called any more, and may be cancelled again.',
    async ({ open }) => {
      const journal = await open(A);
      let calls = 0;
      const cancel = journal.watch(() => {
        calls += 1;
      });
      await calledDuring(journal, () => say(journal, 'one'));
      cancel();
      cancel();
      const before = calls;
      await calledDuring(journal, () => say(journal, 'two'));
      same(calls, before);
    },
  ),
];

/** Waits until the append has been told. */
async function calledDuring(journal: Journal, append: () => Promise<unknown>): Promise<void> {
  let cancel = () => {};
  const called = new Promise<void>((resolve) => {
    cancel = journal.watch(resolve);
  });
  try {
    await append();
    await called;
  } finally {
    cancel();
  }
}
