import type { Candidate, DrainReport, Inbox } from '@backlog-runner/contracts';
import { type InboxNeed, type InboxSubject, type InboxWorld, inboxCases } from '../../src/conformance/index.ts';
import { type MemoryInbox, memoryInbox } from '../../src/memory-inbox.ts';
import { type MemoryStore, memoryStore } from '../../src/memory-store.ts';
import { type Breaks, describeCases, type Mutant } from './kit.ts';

const worldOf = (change: (sound: MemoryInbox, store: MemoryStore) => Partial<Inbox>): InboxWorld => {
  const store = memoryStore();
  const inbox = memoryInbox(store);
  return { inbox: { ...inbox, ...change(inbox, store) }, store, append: inbox.append };
};

const inMemory: InboxSubject = { open: () => worldOf(() => ({})) };

type InboxMutant = Mutant<InboxWorld, InboxNeed>;

const wrapped = (breaks: Breaks, change: Parameters<typeof worldOf>[0]): InboxMutant => ({
  breaks,
  subject: { open: () => worldOf(change) },
});

const reporting = (breaks: Breaks, change: (report: DrainReport) => DrainReport): InboxMutant =>
  wrapped(breaks, (sound) => ({ drain: async (admit) => change(await sound.drain(admit)) }));

/** Gives whoever drains meanwhile the same report. */
const shared = (sound: MemoryInbox): Partial<Inbox> => {
  let draining: Promise<DrainReport> | undefined;
  return {
    drain(admit) {
      draining ??= sound.drain(admit).finally(() => {
        draining = undefined;
      });
      return draining;
    },
  };
};

const mutants: readonly InboxMutant[] = [
  wrapped(['becomes-tasks'], (sound) => ({
    propose: (candidates) => sound.propose(candidates.map((candidate) => ({ ...candidate, capabilities: [] }))),
  })),
  wrapped(
    [
      'proposing-adds-nothing',
      'asks-for-each-line',
      'becomes-tasks',
      'concurrent-drains',
      'duplicates-are-named',
      'refused-lines-are-reported',
      'rejected-lines-are-kept',
    ],
    (sound) => ({
      async propose(candidates) {
        await sound.propose(candidates);
        await sound.drain();
      },
    }),
  ),
  wrapped(['drained-once', 'refused-lines-are-reported'], (sound) => {
    let last: readonly Candidate[] = [];
    return {
      async propose(candidates) {
        last = candidates;
        await sound.propose(candidates);
      },
      async drain(admit) {
        const report = await sound.drain(admit);
        await sound.propose(last);
        return report;
      },
    };
  }),
  wrapped(['concurrent-drains'], shared),
  reporting(['duplicates-are-named'], (report) => ({ ...report, duplicates: [] })),
  reporting(['rejected-lines-are-kept'], (report) => ({
    ...report,
    rejected: report.rejected.map(({ keptIn: _, ...line }) => line),
  })),
  wrapped(['reads-what-people-write'], (sound) => ({
    drain: (admit = async (candidate) => ({ status: 'admitted', candidate })) =>
      sound.drain((candidate) =>
        admit({ ...candidate, dependsOn: candidate.source.type === 'manual' ? [] : candidate.dependsOn }),
      ),
  })),
  wrapped(['asks-for-each-line'], (sound) => ({
    drain: (admit) =>
      sound.drain(async (candidate) => {
        const verdict = await admit?.(candidate);
        return verdict?.status === 'rejected' ? verdict : { status: 'admitted', candidate };
      }),
  })),
  reporting(['refused-lines-are-reported'], (report) => ({ ...report, refused: [] })),
  wrapped(['loses-no-line'], (sound) => ({
    drain: (admit) =>
      sound.drain(async (candidate) => {
        if (!admit) return { status: 'admitted', candidate };
        return admit(candidate).catch(() => ({ status: 'rejected', candidate, reason: 'It failed.' }));
      }),
  })),
];

describeCases('inbox', inboxCases, inMemory, mutants);
