import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Fence, isBacklogError, type Task, type TaskId, type WriteGuard } from '@backlog-runner/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fileStore } from '../src/index.ts';
import { candidate } from './candidate.ts';

/** A process that reads the task and then updates it, once. */
interface Writer {
  readonly guard: 'revision' | number;
  /** Between having prepared its change and making it. Only a writer that asks for the fence waits there. */
  readonly dies: boolean;
}

interface Attempt {
  readonly writer: Writer;
  readonly note: string;
  /** The notes that it had read. */
  read: readonly string[];
  /** The largest fence when it was told for the last time. */
  told: number;
  end: 'done' | 'changed' | 'dead';
}

const writer = fc.oneof(
  { weight: 3, arbitrary: fc.record({ guard: fc.constant('revision' as const), dies: fc.constant(false) }) },
  { weight: 2, arbitrary: fc.record({ guard: fc.integer({ min: 1, max: 3 }), dies: fc.boolean() }) },
);
const grants = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 });

const never = () => new Promise<never>(() => {});

/** Plays the writers, each in a store of its own, in the order that the scheduler chooses. */
async function play(
  directory: string,
  id: TaskId,
  scheduler: fc.Scheduler,
  writers: readonly Writer[],
  granted: readonly number[],
) {
  let highest = 1;
  const grantAll = granted.map((fence) =>
    scheduler.schedule(Promise.resolve()).then(() => {
      highest = Math.max(highest, fence);
    }),
  );

  const write = async (attempt: Attempt): Promise<void> => {
    const { guard, dies } = attempt.writer;
    const highestFence = async () => {
      await scheduler.schedule(Promise.resolve());
      if (dies) return never();
      attempt.told = highest;
      return highest;
    };
    const store = fileStore({ directory, highestFence });
    const task = (await store.get(id)) ?? expect.unreachable();
    attempt.read = task.statusNotes;
    await scheduler.schedule(Promise.resolve());
    const under: WriteGuard = guard === 'revision' ? { revision: task.revision } : { fence: guard as Fence };
    try {
      await store.update(id, { addNotes: [attempt.note] }, under);
      attempt.end = 'done';
    } catch (error) {
      if (!isBacklogError(error, 'TASK_CHANGED')) throw error;
      attempt.end = 'changed';
    }
  };
  const attempts = writers.map(
    (one, index): Attempt => ({ writer: one, note: `note ${index}`, read: [], told: 0, end: 'dead' }),
  );
  const works = attempts.map((attempt) => ({ attempt, work: write(attempt) }));
  const surviving = works.filter(({ attempt }) => !attempt.writer.dies).map(({ work }) => work);
  await scheduler.waitFor(Promise.all([...surviving, ...grantAll]));
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

function endedRightly({ writer: { guard, dies }, note, read, told, end }: Attempt, notes: readonly string[]): void {
  expect(end === 'dead').toBe(dies);
  if (dies) return;
  if (guard !== 'revision') expect([told > 0, end]).toEqual([true, told > guard ? 'changed' : 'done']);
  else if (end === 'done') expect(notes.slice(0, notes.indexOf(note))).toEqual(read);
  else expect(notes).not.toEqual(read);
}

it('however guarded writes are interleaved and whichever writers die, what was acknowledged is there, once, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(writer, { minLength: 2, maxLength: 6 }),
      grants,
      (scheduler, writers, granted) =>
        inProject(async (directory, { id }) => {
          const attempts = await play(directory, id, scheduler, writers, granted);
          const notes = (await fileStore({ directory }).get(id))?.statusNotes ?? expect.unreachable();
          const done = attempts.filter(({ end }) => end === 'done');
          expect([...notes].sort()).toEqual(done.map(({ note }) => note).sort());
          for (const attempt of attempts) endedRightly(attempt, notes);
          const after = fileStore({ directory, highestFence: async () => 9 });
          await after.update(id, { state: 'done' }, { fence: 9 as Fence });
          expect(readdirSync(join(directory, '.backlog-runner/writes/prepared'))).toEqual([]);
        }),
    ),
    { numRuns: 40 },
  );
});
