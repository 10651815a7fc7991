import {
  foldHistory,
  NO_TASK_HISTORY,
  standingOf,
  type Task,
  type TaskId,
  type TaskStore,
} from '@backlog-runner/contracts';
import { describeTask } from '../describe-task.ts';
import { EXIT } from '../exit-code.ts';
import type { CommandInvocation } from '../invocation.ts';
import { openBacklog } from '../open-backlog.ts';
import type { Surroundings } from '../surroundings.ts';
import { taskOf } from '../task-lookup.ts';

/** Shows one task, where it stands and what happened to it. */
export async function show(invocation: CommandInvocation, { directory, stdout }: Surroundings): Promise<number> {
  const { store, journal, leases, system } = openBacklog(directory, { writes: false });
  const task = await taskOf(store, invocation.argument);
  const [{ entries }, live, tasks] = await Promise.all([journal.read(), leases.list(), withDependencies(store, task)]);
  const history = foldHistory(entries);
  const standing = standingOf(task, { tasks, history, leases: live, now: system.now() });
  const past = history.tasks.get(task.id) ?? NO_TASK_HISTORY;
  if (invocation.switches.has('json')) stdout.write(`${JSON.stringify({ task, standing, history: past })}\n`);
  else stdout.write(describeTask(task, standing, past));
  return EXIT.ok;
}

/** The task and all it waits for, directly or not: what its standing depends on. */
async function withDependencies(store: TaskStore, task: Task): Promise<ReadonlyMap<TaskId, Task>> {
  const known = new Map([[task.id, task]]);
  const waiting = [...task.dependsOn];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (known.has(id)) continue;
    const dependency = await store.get(id);
    if (!dependency) continue;
    known.set(id, dependency);
    waiting.push(...dependency.dependsOn, ...(dependency.supersededBy ?? []));
  }
  return known;
}
