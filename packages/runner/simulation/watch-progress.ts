import { awaitedBy, foldHistory, resource, resourcesConflict, resourcesOf, type Task } from '@backlog-runner/contracts';
import type { RunnerPolicy } from '../src/index.ts';
import { roleFor } from '../src/index.ts';
import type { Life } from './life.ts';
import type { Scheduler } from './scheduler.ts';
import type { World } from './world.ts';

/** After something went wrong a task rests a little. */
const PATIENCE_MS = 20_000;
/** Whoever was away itself takes nobody for dead at first. */
const PATIENCE_WITH_THE_DEAD_MS = 75_000;

interface Runnable {
  readonly id: string;
  readonly patienceMs: number;
}

/** 8: while nothing goes wrong, nothing waits that could run while a worker is free. Asked whenever time just passes. */
export function watchProgress(world: World, policy: RunnerPolicy, scheduler: Scheduler): () => Promise<void> {
  const waitingSince = new Map<string, number>();
  return async () => {
    const runnable =
      (await freeLives(world, policy)).length > 0 ? await runnableTasks(world, policy, scheduler.now()) : [];
    for (const id of waitingSince.keys()) if (runnable.every((task) => task.id !== id)) waitingSince.delete(id);
    for (const { id, patienceMs } of runnable) {
      const since = waitingSince.get(id) ?? scheduler.elapsed();
      waitingSince.set(id, since);
      if (scheduler.elapsed() - since > patienceMs) world.ledger.breach(8, `${id} could run, and waits`);
    }
  };
}

async function freeLives({ lives, leases }: World, { workers }: RunnerPolicy): Promise<readonly Life[]> {
  const held = await leases.list();
  // Whoever the disk gave no answer may only be waiting for its last agents.
  return lives.filter(({ run, state, isOver, isWatching, failures }) => {
    const isAtWork = ({ holder, resources }: (typeof held)[number]) =>
      (holder as string) === run && resources.some((key) => /^(task|pass)\//.test(key));
    return isWatching && state === 'running' && !isOver && failures === 0 && held.filter(isAtWork).length < workers;
  });
}

async function runnableTasks(
  { store, leases, parts, ledger }: World,
  { uiPathPrefixes, agents }: RunnerPolicy,
  now: number,
): Promise<readonly Runnable[]> {
  const { tasks } = await store.read();
  const known = new Map(tasks.map((task) => [task.id, task]));
  const { entries } = await parts.journalOf('run-observer' as never).read();
  const { tasks: past, providers } = foldHistory(entries);
  const held = (await leases.list()).flatMap(({ resources }) => resources);
  const isFree = (task: Task) =>
    awaitedBy(task, known).every((id) => known.get(id)?.state === 'done') &&
    !resourcesOf(task).some((key) => held.some((other) => resourcesConflict(key, other)));
  return tasks.flatMap((task): readonly Runnable[] => {
    const last = past.get(task.id)?.attempts.at(-1);
    const provider = providers.get(agents[roleFor(task, uiPathPrefixes)].provider);
    const isOpen = last !== undefined && last.endedAt === undefined;
    const isOpenElsewhere =
      isOpen && (held.includes(resource.runner(last.run)) || held.includes(resource.recovery(last.run)));
    const rests = (past.get(task.id)?.deferred?.until ?? 0) > now || (provider?.paused?.until ?? 0) > now;
    const isHeld = last?.result?.status === 'held' || provider?.stopped !== undefined || ledger.forgeries.has(task.id);
    if (task.state !== 'ready' || !isFree(task) || isOpenElsewhere || rests || isHeld) return [];
    return [{ id: task.id, patienceMs: isOpen ? PATIENCE_WITH_THE_DEAD_MS : PATIENCE_MS }];
  });
}
