import type { Planner, TaskId } from '@backlog-runner/contracts';
import { taskFixture } from '@backlog-runner/testkit';
import { expect, test } from 'vitest';
import { discovery, passPolicy, passWith, plannerWith, planning, proposal, twoEach } from './looks.ts';
import { world } from './world.ts';

const drain = new AbortController().signal;
const big = taskFixture({ id: 'big', title: 'big', state: 'planned' });
const planner = plannerWith(twoEach);

async function proposed(w: ReturnType<typeof world>) {
  const runner = w.runner('run-a', { planner: planning });
  const { outcome, proposal } = await w.untilSettled(runner.plan({ isForReview: true, drain }));
  expect(outcome).toEqual({ status: 'proposed', summary: 'In two steps.' });
  return proposal ?? expect.unreachable();
}

test('a plan for review changes nothing, is not made again, and is applied when a person accepts it', async () => {
  const w = world({ tasks: [big], planner });
  const plan = await proposed(w);
  expect(await w.states()).toEqual({ big: 'planned' });
  await w.work(w.runner('run-b', { planner: planning }));
  expect(w.events('plan.started')).toHaveLength(1);
  const { outcome } = await w.untilSettled(w.runner('run-c').accept(plan, { drain }));
  expect(outcome).toMatchObject({ status: 'landed', superseded: ['big'] });
  expect(await w.states()).toMatchObject({ big: 'superseded' });
  expect(await w.leases.list()).toEqual([]);
});

test('a plan is not applied to a task that was changed since', async () => {
  const w = world({ tasks: [big], planner });
  const plan = await proposed(w);
  w.store.edit('big', { title: 'other' });
  const { outcome } = await w.untilSettled(w.runner('run-c').accept(plan, { drain }));
  expect(outcome).toEqual({ status: 'cancelled', reason: 'big was changed meanwhile' });
  expect(await w.states()).toEqual({ big: 'planned' });
});

test('the planner looks at the tasks it is told, whatever there is to do and whether or not it gave them up', async () => {
  const small = taskFixture({ id: 'small', title: 'small', state: 'planned' });
  const w = world({ tasks: [big, small, taskFixture({ id: 'a' })], planner });
  await w.journalOf('run-0').append({ type: 'plan.left', task: small.id, question: 'q', reason: 'too deep' });
  const [task] = (await w.store.read()).tasks.filter(({ id }) => id === small.id);
  const tasks = task ? [task] : [];
  const { outcome } = await w.untilSettled(w.runner('run-a').plan({ tasks, isForReview: false, drain }));
  expect(outcome).toMatchObject({ status: 'landed', superseded: ['small'] });
  expect(w.events('run.ended')).toHaveLength(1);
});

test('nothing to plan is said', async () => {
  const w = world({ tasks: [taskFixture({ id: 'a' })], planner });
  const runner = w.runner('run-a', { planner: planning });
  expect(await w.untilSettled(runner.plan({ isForReview: false, drain }))).toEqual({
    reason: 'there is nothing to plan',
  });
});

test('a pass has its turn although it is not due, and what it found is admitted', async () => {
  const w = world({ tasks: [taskFixture({ id: 'a' })], passes: [passWith('todo', () => [proposal('Found')])] });
  const rules = { discovery: discovery(passPolicy('todo', { trigger: 'manual' })) };
  const { outcome } = await w.untilSettled(w.runner('run-a', rules).pass('todo', { drain }));
  expect(outcome).toEqual({ status: 'found', proposed: 1 });
  expect(w.events('task.added')).toMatchObject([{ title: 'Found' }]);
  expect(w.events('attempt.started')).toEqual([]);
  expect(await w.leases.list()).toEqual([]);
  expect(w.clock.pendingTimers).toBe(0);
});

test('an agent that cannot run is said before anything begins', async () => {
  const w = world({
    tasks: [big],
    planner,
    codex: {
      contract: 'agent-provider@1',
      id: 'codex',
      acceptsModel: () => true,
      check: async () => ({ status: 'not-signed-in', message: 'codex is not signed in', hint: 'codex login' }),
      run: () => {
        throw new Error('It must not be asked.');
      },
    },
  });
  const planning = w.runner('run-a').plan({ tasks: [big], isForReview: false, drain });
  await expect(w.untilSettled(planning)).rejects.toMatchObject({ code: 'NO_PROVIDER_READY', hint: 'codex login' });
  expect(w.events('plan.started')).toEqual([]);
  expect(await w.leases.list()).toEqual([]);
});

test('ends when all runners are asked to stop', async () => {
  const waiting: Planner = {
    plan: async (_request, { signal }) => {
      await w.journalOf('cli').append({ type: 'run.stop-requested', runs: ['run-a' as never] });
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      return { status: 'refused', reason: 'stopped' };
    },
  };
  const w = world({ tasks: [big], planner: waiting });
  const tasks = (await w.store.read()).tasks.filter(({ id }) => id === ('big' as TaskId));
  const { outcome } = await w.untilSettled(w.runner('run-a').plan({ tasks, isForReview: false, drain }));
  expect(outcome).toMatchObject({ status: 'interrupted' });
});
