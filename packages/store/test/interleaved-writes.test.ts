import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AddResult,
  type Fence,
  isBacklogError,
  type Task,
  type TaskId,
  type WriteGuard,
} from '@backlog-runner/contracts';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { fileStore } from '../src/index.ts';
import { candidate } from './candidate.ts';
import { type Life, living } from './mortal-fs.ts';

vi.mock('node:fs', async (importOriginal) => {
  const { mortalFs } = await import('./mortal-fs.ts');
  return mortalFs(await importOriginal<typeof import('node:fs')>());
});

/** A process that adds a task, or reads one and then updates it, once. */
interface Writer {
  readonly does: 'add' | 'update-what-it-read' | number;
  /** At which step of its change it is killed, if at all. */
  readonly dies: Life['left'] | undefined;
}

interface Attempt {
  readonly writer: Writer;
  readonly life: Life;
  readonly note: string;
  /** The notes that it had read. */
  read: readonly string[];
  /** The largest fence when it was told for the last time. */
  told: number;
  end: 'done' | 'changed' | AddResult | undefined;
}

/** More than any of them makes. */
const MOST_CALLS = 16;

const writer: fc.Arbitrary<Writer> = fc.record({
  does: fc.oneof(
    { weight: 3, arbitrary: fc.constant('update-what-it-read' as const) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 3 }) },
    { weight: 2, arbitrary: fc.constant('add' as const) },
  ),
  dies: fc.option(fc.oneof(fc.nat({ max: MOST_CALLS }), fc.constant('until-it-moves' as const)), { nil: undefined }),
});
const grants = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 });

/** Plays the writers, each in a store of its own, in the order that the scheduler chooses. */
async function play(
  directory: string,
  id: TaskId,
  scheduler: fc.Scheduler,
  writers: readonly Writer[],
  granted: readonly number[],
): Promise<readonly Attempt[]> {
  let highest = 1;
  const turn = () => scheduler.schedule(Promise.resolve());
  const grantAll = granted.map(async (fence) => {
    await turn();
    highest = Math.max(highest, fence);
  });

  const write = async (attempt: Attempt): Promise<Attempt['end']> => {
    const { does } = attempt.writer;
    const highestFence = async () => {
      await turn();
      attempt.told = highest;
      return highest;
    };
    const store = fileStore({ directory, highestFence });
    const task = (await store.get(id)) ?? expect.unreachable();
    attempt.read = task.statusNotes;
    await turn();
    if (does === 'add') return store.add(candidate('Twin'));
    const guard: WriteGuard = typeof does === 'number' ? { fence: does as Fence } : { revision: task.revision };
    try {
      await store.update(id, { addNotes: [attempt.note] }, guard);
      return 'done';
    } catch (error) {
      if (!isBacklogError(error, 'TASK_CHANGED')) throw error;
      return 'changed';
    }
  };
  const attempts = writers.map((one, index): Attempt => {
    const life = { left: one.dies ?? Number.POSITIVE_INFINITY, died: undefined, moved: false };
    return { writer: one, life, note: `note ${index}`, read: [], told: 0, end: undefined };
  });
  const works = attempts.map(async (attempt) => {
    attempt.end = await living(attempt.life, () => write(attempt));
  });
  await scheduler.waitFor(Promise.all([...works, ...grantAll]));
  return attempts;
}

async function inProject(check: (directory: string, task: Task) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'backlog-store-'));
  try {
    const result = await fileStore({ directory }).add(candidate('Target'));
    await check(directory, result.status === 'added' ? result.task : expect.unreachable());
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function updatedRightly({ writer: { does }, note, read, told, end }: Attempt, notes: readonly string[]): void {
  if (typeof does === 'number') expect([told > 0, end]).toEqual([true, told > does ? 'changed' : 'done']);
  else if (end === 'done') expect(notes.slice(0, notes.indexOf(note))).toEqual(read);
  else expect(notes).not.toEqual(read);
}

const idIn = (result: Attempt['end']): TaskId | undefined => {
  if (typeof result !== 'object') return undefined;
  return result.status === 'added' ? result.task.id : result.status === 'duplicate' ? result.of : undefined;
};

/** What is there is what was moved into its place: whoever was told that it is there, and whoever died right after. */
async function endedRightly(directory: string, id: TaskId, attempts: readonly Attempt[]): Promise<void> {
  const { tasks, problems } = await fileStore({ directory }).read();
  expect(problems).toEqual([]);
  for (const { life, end } of attempts) {
    if (life.died === undefined) expect(end).toBeDefined();
    if (end === 'done') expect(life.moved).toBe(true);
    if (end === 'changed') expect(life.moved).toBe(false);
  }

  const updates = attempts.filter(({ writer: { does } }) => does !== 'add');
  const notes = tasks.find((task) => task.id === id)?.statusNotes ?? expect.unreachable();
  const written = updates.filter(({ life }) => life.moved).map(({ note }) => note);
  expect([...notes].sort()).toEqual(written.sort());
  for (const attempt of updates.filter(({ life }) => life.died === undefined)) updatedRightly(attempt, notes);

  const adds = attempts.filter(({ writer: { does } }) => does === 'add');
  const twins = tasks.filter(({ title }) => title === 'Twin').map((task) => task.id);
  expect(twins).toHaveLength(adds.filter(({ life }) => life.moved).length);
  expect(twins.length).toBeLessThanOrEqual(1);
  for (const { end } of adds.filter(({ life }) => life.died === undefined)) expect([idIn(end)]).toEqual(twins);
}

it('however writers are interleaved and at whichever step they die, what was acknowledged is there, once, and nothing else', async () => {
  const died = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(writer, { minLength: 2, maxLength: 6 }),
      grants,
      (scheduler, writers, granted) =>
        inProject(async (directory, { id }) => {
          const attempts = await play(directory, id, scheduler, writers, granted);
          await endedRightly(directory, id, attempts);
          for (const { writer: one, life } of attempts) {
            died.add(`${typeof one.does === 'number' ? 'update under a fence' : one.does}: ${life.died}`);
          }

          const after = fileStore({ directory, highestFence: async () => 9 });
          await after.update(id, { state: 'done' }, { fence: 9 as Fence });
          expect(readdirSync(join(directory, '.backlog-runner/writes/prepared'))).toEqual([]);
        }),
    ),
    { numRuns: 60 },
  );
  // Its number is taken then, and nobody else may take it for a change that happened.
  for (const does of ['add', 'update-what-it-read', 'update under a fence']) expect(died).toContain(`${does}: moving`);
});
