import type { Inbox, TaskStore } from '@backlog-runner/contracts';
import { candidateIn, candidateOf } from './candidate.ts';
import { type ConformanceCase, casesOf, type Subject, type World } from './case.ts';
import { given, holds, same } from './expectations.ts';

export interface InboxWorld extends World {
  /** Empty. */
  readonly inbox: Inbox;
  /** Where its lines become tasks. Without a task. */
  readonly store: TaskStore;
  /** Adds a line as a person does, whatever is in it. */
  readonly append?: (line: string) => void | Promise<void>;
}

export type InboxNeed = 'append';
export type InboxSubject = Subject<InboxWorld, InboxNeed>;
export type InboxCase = ConformanceCase<InboxWorld, InboxNeed>;

const { must } = casesOf<InboxWorld, InboxNeed>();
const NOTHING = { added: [], duplicates: [], refused: [], rejected: [] };

const titlesIn = async (store: TaskStore) => (await store.read()).tasks.map(({ title }) => title).sort();
const titlesOf = (tasks: readonly { readonly title: string }[]) => tasks.map(({ title }) => title).sort();

export const inboxCases: readonly InboxCase[] = [
  must('inbox/becomes-tasks', 'What was proposed becomes tasks that say the same.', async ({ inbox, store }) => {
    await inbox.propose([candidateOf('One'), candidateOf('Two')]);
    const { added } = await inbox.drain();
    same(added.map(candidateIn), [candidateOf('One'), candidateOf('Two')]);
    same(await titlesIn(store), ['One', 'Two']);
  }),
  must('inbox/proposing-adds-nothing', 'A candidate is no task before it is drained.', async ({ inbox, store }) => {
    await inbox.propose([candidateOf('One')]);
    same(await titlesIn(store), []);
  }),
  must('inbox/drained-once', 'What was drained is not drained again.', async ({ inbox }) => {
    await inbox.propose([candidateOf('One')]);
    await inbox.drain();
    same(await inbox.drain(), NOTHING);
  }),
  must('inbox/concurrent-drains', 'Two drains at once make one task of one line.', async ({ inbox, store }) => {
    await inbox.propose([candidateOf('One'), candidateOf('Two')]);
    const reports = await Promise.all([inbox.drain(), inbox.drain()]);
    same(titlesOf(reports.flatMap(({ added }) => added)), ['One', 'Two']);
    same(await titlesIn(store), ['One', 'Two']);
  }),
  must(
    'inbox/duplicates-are-named',
    'A line that says what a task says is named with its line, its source and that task.',
    async ({ inbox, store }) => {
      const known = await store.add(candidateOf('Known'));
      holds(known.status === 'added', 'an added task', known);
      await inbox.propose([candidateOf('New'), candidateOf('Known')]);
      const { source } = candidateOf('Known');
      same((await inbox.drain()).duplicates, [{ line: 2, title: 'Known', of: known.task.id, source }]);
      same(await titlesIn(store), ['Known', 'New']);
    },
  ),
  must(
    'inbox/rejected-lines-are-kept',
    'A line that is no candidate is rejected with its line, a message and where it is kept; the others become tasks.',
    async ({ inbox, append }) => {
      await inbox.propose([candidateOf('One')]);
      await given(append, 'append')('no candidate');
      await inbox.propose([candidateOf('Two')]);
      const { added, rejected } = await inbox.drain();
      same([titlesOf(added), rejected.map(({ line }) => line)], [['One', 'Two'], [2]]);
      holds(
        rejected.every(({ message, keptIn }) => message !== '' && keptIn),
        'a message and the place of the line',
        rejected,
      );
    },
    'append',
  ),
  must(
    'inbox/reads-what-people-write',
    'A line needs no more than a title, and uses the names of a task file.',
    async ({ inbox, append }) => {
      await given(append, 'append')('{"title": "By hand", "touch_paths": ["src/a"], "depends_on": ["x"]}');
      const { added } = await inbox.drain();
      same(
        added.map(({ title, touchPaths, dependsOn, priority }) => [title, touchPaths, dependsOn, priority]),
        [['By hand', ['src/a'], ['x'], 'normal']],
      );
    },
    'append',
  ),
  must(
    'inbox/asks-for-each-line',
    'Whoever drains is asked about each candidate in turn, and what is admitted is what becomes a task.',
    async ({ inbox, store }) => {
      await inbox.propose([candidateOf('One'), candidateOf('Two')]);
      const asked: string[] = [];
      await inbox.drain(async (candidate) => {
        asked.push(candidate.title);
        return { status: 'admitted', candidate: { ...candidate, title: `${candidate.title}, better` } };
      });
      same(
        [asked, await titlesIn(store)],
        [
          ['One', 'Two'],
          ['One, better', 'Two, better'],
        ],
      );
    },
  ),
  must(
    'inbox/refused-lines-are-reported',
    'A refused line is reported with its line and its reason, becomes no task and does not come again.',
    async ({ inbox, store }) => {
      await inbox.propose([candidateOf('One'), candidateOf('Two')]);
      const { refused } = await inbox.drain(async (candidate) =>
        candidate.title === 'One'
          ? { status: 'rejected', candidate, reason: 'No.' }
          : { status: 'admitted', candidate },
      );
      same(
        refused.map(({ line, reason, candidate }) => [line, reason, candidate.title]),
        [[1, 'No.', 'One']],
      );
      same([await titlesIn(store), await inbox.drain()], [['Two'], NOTHING]);
    },
  ),
  must(
    'inbox/loses-no-line',
    'A drain that fails loses no line: the next one makes a task of each.',
    async ({ inbox, store }) => {
      await inbox.propose([candidateOf('One'), candidateOf('Two'), candidateOf('Three')]);
      const failing = inbox.drain(async (candidate) => {
        if (candidate.title === 'Two') throw new Error('Out of order.');
        return { status: 'admitted', candidate };
      });
      await failing.catch(() => {});
      await inbox.drain();
      same(await titlesIn(store), ['One', 'Three', 'Two']);
    },
  ),
];
