import {
  type Admission,
  type AgentProvider,
  type AttemptId,
  type DiscoveryPass,
  foldHistory,
  type Journal,
  type JournalEntry,
  type Landing,
  type Planner,
  type Reporter,
  type RunId,
  type Task,
  type TaskStore,
} from '@backlog-runner/contracts';
import {
  type InstantPlay,
  instantAgent,
  type Judge,
  memoryInbox,
  memoryJournal,
  memoryLanding,
  memoryLeases,
  memoryRecord,
  memoryRepository,
  memoryStore,
  memoryValidation,
  memoryWorkspaces,
  testClock,
  writeInto,
} from '@backlog-runner/testkit';
import { createRunner, type Runner, type RunnerParts, type RunnerPolicy, type RunSummary } from '../src/index.ts';
import { policyFixture } from './fixtures.ts';

export interface WorldOptions {
  readonly tasks: readonly Task[];
  readonly files?: Readonly<Record<string, string>>;
  readonly codex?: InstantPlay | AgentProvider;
  readonly claude?: InstantPlay | AgentProvider;
  readonly judge?: Judge;
  readonly protects?: readonly string[];
  readonly planner?: Planner;
  readonly passes?: readonly DiscoveryPass[];
  readonly admission?: Admission;
  /** Whether the branch brings the files of tasks. Default: as in the repository. */
  readonly brings?: boolean;
}

/** A whole backlog in memory, on which any number of runners work, with time under control. */
export function world(options: WorldOptions) {
  const { tasks, files = {}, codex = done, claude = done, judge, protects = [], brings } = options;
  const { planner, passes, admission } = options;
  const clock = testClock();
  const record = memoryRecord();
  const repository = memoryRepository({ files: { ...files } });
  const leases = memoryLeases({ system: clock });
  const store = memoryStore(tasks, {
    files: repository.checkout,
    system: clock,
    highestFence: (id) => repository.fences.get(id) ?? 0,
  });
  repository.commit('Add the backlog');
  const inbox = memoryInbox(store);
  const swept: RunId[] = [];
  const reports: string[] = [];
  const told: JournalEntry[] = [];
  const prompts: { attempt: AttemptId; turn: number; text: string }[] = [];
  const provider = (id: string, agent: InstantPlay | AgentProvider) =>
    typeof agent === 'function' ? instantAgent(agent, { id, write: writeInto(repository) }) : agent;

  const runner = (
    name = 'run-a',
    policy: Partial<RunnerPolicy> = {},
    around: (landing: Landing) => Landing = (landing) => landing,
    storing: Partial<TaskStore> = {},
    recording: (journal: Journal) => Journal = (journal) => journal,
  ): Runner => {
    const run = name as RunId;
    const parts: RunnerParts = {
      store: { ...store, ...storing },
      inbox,
      leases,
      journal: recording(memoryJournal({ record, system: clock, run })),
      workspaces: memoryWorkspaces(repository),
      landing: around({
        ...memoryLanding(repository),
        ...(brings === undefined ? {} : { bringsFile: async () => brings }),
      }),
      ...(planner ? { planner } : {}),
      ...(passes ? { passes } : {}),
      ...(admission ? { admission } : {}),
      escapes: { begin: async () => async () => [] },
      validation: memoryValidation(judge, { protects }),
      providers: new Map([
        ['codex', provider('codex', codex)],
        ['claude', provider('claude', claude)],
      ]),
      prompts: { instructions: async () => '', patterns: async () => '' },
      attemptLog: {
        prompt: async (attempt, turn, text) => void prompts.push({ attempt, turn, text }),
        native: () => {},
        flush: async () => {},
      },
      reporter: countingReporter,
      publish: async (report) => void reports.push(report),
      narrate: (entry) => void told.push(entry),
      redact: (text) => text.replaceAll('hunter22', '[redacted]'),
      endProcesses: async (dead) => {
        swept.push(dead);
        return 0;
      },
      system: clock,
    };
    return createRunner(parts, policyFixture(policy), { run, version: '0.0.0', host: 'here' });
  };

  return {
    clock,
    repository,
    leases,
    store,
    inbox,
    reports,
    swept,
    told,
    prompts,
    runner,
    journalOf: (name: string) => memoryJournal({ record, system: clock, run: name as RunId }),
    /** Works until the runners end, moving time on as far as they wait. */
    async work(...runners: readonly Runner[]): Promise<readonly RunSummary[]> {
      const all = runners.length > 0 ? runners : [runner()];
      return untilSettled(Promise.all(all.map((one) => one.work({ drain: new AbortController().signal }))));
    },
    untilSettled,
    events: <Type extends JournalEntry['type']>(type: Type) =>
      told.filter((entry): entry is Extract<JournalEntry, { type: Type }> => entry.type === type),
    history: () => foldHistory(told),
    states: async () => Object.fromEntries((await store.read()).tasks.map(({ id, state }) => [id, state])),
  };

  async function untilSettled<Value>(promise: Promise<Value>): Promise<Value> {
    let settled = false;
    const watched = promise.finally(() => {
      settled = true;
    });
    watched.catch(() => {});
    for (let turn = 0; !settled && turn < 20_000; turn += 1) {
      await new Promise(setImmediate);
      if (!settled && turn % 20 === 19) await clock.advanceToNext();
    }
    if (!settled) throw new Error('It does not end.');
    return watched;
  }
}

/** Writes one file below the task's own path. */
export const done: InstantPlay = ({ origin }) =>
  origin.task ? { files: { [`src/${origin.task}`]: `by turn ${origin.turn}\n` } } : {};

const countingReporter: Reporter = {
  render: ({ backlog }) => backlog.tasks.map(({ id, state }) => `${id} ${state}`).join('\n'),
};
