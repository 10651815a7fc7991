import { BacklogError, type Landing } from '@backlog-runner/contracts';
import { taskFixture } from '@backlog-runner/testkit';
import { expect, test } from 'vitest';
import { world } from './world.ts';

const failed = () => new BacklogError('STORAGE_FAILED', 'The disk gave no answer.');
const landings = ({ repository }: ReturnType<typeof world>) =>
  repository.history().filter(({ message }) => message.trailers.some(([name]) => name === 'Backlog-Task')).length;
const policy = { backoff: { firstMs: 1_000, maxMs: 1_000 } };

/** Does it, and then says that it did not. */
const breaksOffAfterwards = (landing: Landing): Landing => ({
  ...landing,
  land: async (request) => {
    await landing.land(request);
    throw failed();
  },
});

test('a landing that broke off after the branch had moved counts as landed', async () => {
  const backlog = world({ tasks: [taskFixture({ id: 'a' })], brings: false });
  const [summary] = await backlog.work(backlog.runner('run-a', policy, breaksOffAfterwards));
  expect(summary?.landed).toEqual(['a']);
  expect(landings(backlog)).toBe(1);
  expect(await backlog.states()).toEqual({ a: 'done' });
});

test('a landing that broke off before the branch moved is tried again', async () => {
  let broken = false;
  const backlog = world({ tasks: [taskFixture({ id: 'a' })] });
  const runner = backlog.runner('run-a', policy, (landing) => ({
    ...landing,
    land: async (request) => {
      if (broken) return landing.land(request);
      broken = true;
      throw failed();
    },
  }));
  await backlog.work(runner);
  expect(landings(backlog)).toBe(1);
  expect(backlog.events('attempt.ended').map(({ result }) => result.status)).toEqual(['inconclusive', 'landed']);
});

test('a task that landed while its file could not be written lands only once', async () => {
  let failures = 1;
  const backlog = world({ tasks: [taskFixture({ id: 'a' })], brings: false });
  const { update } = backlog.store;
  const storing: Partial<typeof backlog.store> = {
    update: async (id, patch, guard) => {
      failures -= 1;
      if (failures >= 0) throw failed();
      return update(id, patch, guard);
    },
  };
  await backlog.work(backlog.runner('run-a', policy, undefined, storing));
  expect(landings(backlog)).toBe(1);
  expect(await backlog.states()).toEqual({ a: 'done' });
  expect(backlog.history().tasks.get('a' as never)?.triesUsed).toBe(0);
});

test('a task that landed is not marked as failed when its tries are used up', async () => {
  let recorded = 0;
  const backlog = world({ tasks: [taskFixture({ id: 'a' })], brings: false });
  const runner = backlog.runner('run-a', { ...policy, maxTries: 1 }, undefined, {}, (journal) => ({
    ...journal,
    append: async (event) => {
      if (event.type !== 'task.landed' || recorded > 0) return journal.append(event);
      recorded += 1;
      throw failed();
    },
  }));
  await backlog.work(runner);
  expect(landings(backlog)).toBe(1);
  expect(await backlog.states()).toEqual({ a: 'done' });
});

test('a failure that could not be recorded is recorded by the next run, so that the task can be reopened', async () => {
  const backlog = world({ tasks: [taskFixture({ id: 'a' })], codex: () => ({}) });
  const runner = backlog.runner('run-a', { ...policy, maxTries: 1 }, undefined, {}, (journal) => ({
    ...journal,
    append: async (event) => {
      if (event.type === 'task.failed') throw failed();
      return journal.append(event);
    },
  }));
  await backlog.work(runner);
  expect(await backlog.states()).toEqual({ a: 'failed' });
  expect(backlog.events('task.failed')).toEqual([]);
  await backlog.work(backlog.runner('run-b', { ...policy, maxTries: 1 }));
  expect(backlog.events('task.failed')).toHaveLength(1);
  expect(backlog.history().tasks.get('a' as never)?.triesUsed).toBe(0);
});

test('an attempt whose end could not be recorded counts, and the next one begins after it', async () => {
  let recorded = 0;
  const backlog = world({
    tasks: [taskFixture({ id: 'a' })],
    codex: ({ origin }) => (origin.tryNumber === 1 ? {} : { files: { 'src/a': 'done\n' } }),
  });
  const runner = backlog.runner('run-a', policy, undefined, {}, (journal) => ({
    ...journal,
    append: async (event) => {
      if (event.type !== 'attempt.ended' || recorded > 0) return journal.append(event);
      recorded += 1;
      throw failed();
    },
  }));
  await backlog.work(runner);
  expect(backlog.events('attempt.started').map(({ tryNumber }) => tryNumber)).toEqual([1, 2]);
  expect(backlog.events('attempt.ended').map(({ result }) => result.status)).toEqual(['inconclusive', 'landed']);
});

test('two runners of which a jump of the clock took the presence do not clean up after each other', async () => {
  let hasJumped = false;
  const backlog = world({
    tasks: ['a', 'b', 'c', 'd'].map((id) => taskFixture({ id })),
    codex: ({ origin }) => {
      if (!hasJumped) backlog.clock.jump(86_400_000);
      hasJumped = true;
      return { files: { [`src/${origin.task}`]: 'done\n' } };
    },
  });
  await backlog.work(backlog.runner('run-a', { workers: 1 }), backlog.runner('run-b', { workers: 1 }));
  expect(backlog.events('run.recovered')).toEqual([]);
  expect(landings(backlog)).toBe(4);
});

test('a task that a person takes away while it lands is overtaken, and the runner goes on', async () => {
  const backlog = world({ tasks: [taskFixture({ id: 'a' }), taskFixture({ id: 'b' })] });
  const { render } = backlog.store;
  const storing: Partial<typeof backlog.store> = {
    render: async (task, patch) => {
      if (task.id === 'a') backlog.store.remove('a');
      return render(task, patch);
    },
  };
  await backlog.work(backlog.runner('run-a', policy, undefined, storing));
  const results = backlog.events('attempt.ended').map(({ task, result }) => `${task} ${result.status}`);
  expect(results.sort()).toEqual(['a cancelled', 'b landed']);
});
