import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { type AddResult, type Fence, isBacklogError, type Task, type TaskId } from '@backlog-runner/contracts';
import { afterAll, expect, it, vi } from 'vitest';
import { fileStore } from '../src/index.ts';
import { candidate } from './candidate.ts';
import { type Life, living } from './mortal-fs.ts';

vi.mock('node:fs', async (importOriginal) => {
  const { mortalFs } = await import('./mortal-fs.ts');
  return mortalFs(await importOriginal<typeof import('node:fs')>());
});

const MOST_CALLS = 200;

/** Makes whole changes in another thread while this one stands still. */
function startRival() {
  const { port1: port, port2 } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL('rival.ts', import.meta.url), {
    workerData: { port: port2, done },
    transferList: [port2],
    execArgv: ['--conditions=@backlog-runner/source'],
  });
  return {
    change(directory: string, id?: TaskId): unknown {
      Atomics.store(done, 0, 0);
      port.postMessage({ directory, id });
      if (Atomics.wait(done, 0, 0, 20_000) === 'timed-out') throw new Error('The rival does not answer.');
      return receiveMessageOnPort(port)?.message;
    },
    end: () => worker.terminate(),
  };
}

const rival = startRival();
afterAll(() => rival.end());

/** Runs it once for each of its calls, every time overtaken by a whole change before another one of them. */
async function atEveryCall(
  check: (
    directory: string,
    target: Task,
    overtaken: <Result>(work: () => Promise<Result>, by: () => void) => Promise<Result | undefined>,
  ) => Promise<void>,
): Promise<number> {
  for (let calls = 0; calls < MOST_CALLS; calls += 1) {
    const directory = mkdtempSync(join(tmpdir(), 'backlog-store-'));
    let wasOvertaken = false;
    const overtaken = <Result>(work: () => Promise<Result>, by: () => void) => {
      const life: Life = {
        left: Number.POSITIVE_INFINITY,
        died: undefined,
        moved: false,
        interrupted: {
          left: calls,
          by() {
            wasOvertaken = true;
            by();
          },
        },
      };
      return living(life, work);
    };
    try {
      const result = await fileStore({ directory }).add(candidate('Target'));
      await check(directory, result.status === 'added' ? result.task : expect.unreachable(), overtaken);
      expect(readdirSync(join(directory, '.backlog-runner/writes/prepared'))).toEqual([]);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
    if (!wasOvertaken) return calls;
  }
  return expect.unreachable();
}

const FENCE = { fence: 1 as Fence };

it.each([
  ['under a fence', () => FENCE],
  ['of what it read', ({ revision }: Task) => ({ revision })],
])('an update %s that is overtaken at any step changes all or nothing, and takes nothing away', async (_, guardFor) => {
  const calls = await atEveryCall(async (directory, target, overtaken) => {
    const store = fileStore({ directory, highestFence: async () => 1 });
    let byRival = 0;
    const work = () =>
      store.update(target.id, { addNotes: ['mine'] }, guardFor(target)).then(
        () => 'done',
        (error: unknown) => (isBacklogError(error, 'TASK_CHANGED') ? 'changed' : Promise.reject(error)),
      );
    const end = await overtaken(work, () => {
      rival.change(directory, target.id);
      byRival += 1;
    });
    const { statusNotes = [] } = (await fileStore({ directory }).get(target.id)) ?? {};
    const mine = end === 'done' ? ['mine'] : [];
    expect([...statusNotes].sort()).toEqual([...mine, ...Array(byRival).fill('of the rival')].sort());
    // Whoever depends on what was read has changed it first, or not at all.
    if ('revision' in guardFor(target)) expect(statusNotes.indexOf('mine')).toBeLessThanOrEqual(0);
    else expect(end).toBe('done');
  });
  expect(calls).toBeGreaterThan(10);
});

it('one idea that two add is there once, whenever one overtakes the other', async () => {
  const calls = await atEveryCall(async (directory, _, overtaken) => {
    const answers: AddResult[] = [];
    const mine = await overtaken(
      () => fileStore({ directory }).add(candidate('Twin')),
      () => answers.push(rival.change(directory) as AddResult),
    );
    const all = mine === undefined ? answers : [...answers, mine];
    const { tasks } = await fileStore({ directory }).read();
    const twins = tasks.filter(({ title }) => title === 'Twin').map(({ id }) => id);
    expect(twins).toHaveLength(1);
    expect(all.filter(({ status }) => status === 'added')).toHaveLength(1);
    for (const answer of all) expect(answer).toSatisfy(() => twins.includes(idIn(answer)));
  });
  expect(calls).toBeGreaterThan(10);
});

function idIn(answer: AddResult): TaskId {
  if (answer.status === 'added') return answer.task.id;
  return answer.status === 'duplicate' ? answer.of : expect.unreachable();
}
