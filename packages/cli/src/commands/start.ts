import type { TaskId } from '@backlog-runner/contracts';
import { compose } from '../compose.ts';
import { endProcesses } from '../end-processes.ts';
import type { CommandInvocation } from '../invocation.ts';
import { type OpenBacklog, openBacklog } from '../open-backlog.ts';
import { count, many, one } from '../option-values.ts';
import { runTeller } from '../run-teller.ts';
import { setUpRun } from '../set-up-run.ts';
import { interruption } from '../signals.ts';
import type { Surroundings } from '../surroundings.ts';
import { idsAmong } from '../task-lookup.ts';

/** Works off the backlog. Answers what landed, failed and is held. Refuses before any agent is paid. */
export async function start(invocation: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const { switches } = invocation;
  const workers = count(invocation, 'workers');
  const setup = await setUpRun(surroundings, {
    settings: { noWorktrees: switches.has('no-worktrees'), ...(workers ? { workers } : {}) },
    agents: { tool: one(invocation, 'tool'), model: one(invocation, 'model') },
  });
  const { run } = setup;
  const backlog = openBacklog(surroundings.directory, { writes: true });
  const only = await namedTasks(backlog, many(invocation, 'task'));

  const teller = await runTeller(surroundings, { json: switches.has('json') });
  const runner = compose({
    ...setup,
    once: switches.has('once'),
    ...(only === undefined ? {} : { only }),
    narrate: teller.event,
  });
  const interrupted = interruption(surroundings, {
    drained: teller.draining,
    immediately: () => endProcesses(run),
  });
  try {
    const summary = await runner.work({ drain: interrupted.drain });
    const left = await countReady(backlog, only);
    return teller.ended(summary, { left, interruptedWith: interrupted.code() });
  } finally {
    interrupted.end();
  }
}

async function namedTasks({ store }: OpenBacklog, typed: readonly string[]): Promise<readonly TaskId[] | undefined> {
  return typed.length === 0 ? undefined : idsAmong(await store.read(), typed);
}

/** How many of the tasks a run was about are still to be done. */
async function countReady({ store }: OpenBacklog, only: readonly TaskId[] | undefined): Promise<number> {
  const { tasks } = await store.read();
  return tasks.filter(({ id, state }) => state === 'ready' && (only === undefined || only.includes(id))).length;
}
