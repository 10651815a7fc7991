import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type AttemptId, foldHistory, resource, taskOfLease } from '@backlog-runner/contracts';
import {
  type CollectionDecision,
  type CollectionFacts,
  type CollectionPolicy,
  planCollection,
  retainedEvent,
} from '@backlog-runner/runner';
import { findMarks } from '@backlog-runner/subprocess';
import type { AttemptRef } from '@backlog-runner/worktrees';
import { findLeftovers } from './leftovers.ts';
import type { OpenRecords } from './open-records.ts';
import { worktreeFacts } from './verify-facts.ts';

/** What there is and what would become of it. Changes nothing. */
export async function collectionPlan(
  records: OpenRecords,
  policy: CollectionPolicy,
): Promise<readonly CollectionDecision[]> {
  return planCollection(await collectionFacts(records), policy);
}

/**
 * Retains what attempts left in worktrees that nobody uses, then removes what the plan says, and answers with what became
 * of it: whatever changed since the plan was made stays.
 */
export async function collect(records: OpenRecords, policy: CollectionPolicy): Promise<readonly CollectionDecision[]> {
  await retainAbandoned(records);
  const done: CollectionDecision[] = [];
  const facts = await collectionFacts(records);
  for (const decision of planCollection(facts, policy)) {
    const stays = decision.action === 'remove' && !(await remove(decision, facts, records));
    done.push(stays ? { ...decision, action: 'keep', reason: 'it changed meanwhile' } : decision);
  }
  return done;
}

async function retainAbandoned(records: OpenRecords): Promise<void> {
  if (await mayStillBeWritten(records)) return;
  const { workspaces, journal } = records;
  for (const { attempt, base, retained } of await workspaces.recover()) {
    const event = retainedEvent(attempt, base, retained);
    if (event) await journal.append(event);
  }
}

/** The agents of a run that died may go on. The next start ends them before it retains what they wrote. */
async function mayStillBeWritten({ journal, leases }: OpenRecords): Promise<boolean> {
  const { runs } = foldHistory((await journal.read()).entries);
  const held = (await leases.list()).flatMap(({ resources }) => resources);
  const over = [...runs.values()].filter(({ run }) => !held.includes(resource.runner(run)));
  const marks = runs.size > 0 ? await findMarks() : [];
  return over.some(
    ({ run, endedAt, recoveredAt }) =>
      (endedAt === undefined && recoveredAt === undefined) || marks.some(({ mark }) => mark.startsWith(`${run}/`)),
  );
}

interface Found extends CollectionFacts {
  readonly refs: readonly AttemptRef[];
}

async function collectionFacts(records: OpenRecords): Promise<Found> {
  const { landing, leases, store, journal, git, pool, project, system } = records;
  const [refs, directories] = [await git.attempts(), await attemptDirectories(project.stateDirectory)];
  const landed = await landing.landed();
  const { tasks } = await store.read();
  const { entries } = await journal.read();
  const worktrees = (await pool.list()).flatMap(worktreeFacts);
  const leftovers = await findLeftovers(records);
  const live = await leases.list();
  const held = live.flatMap(({ resources }) => resources as readonly string[]);
  return {
    now: system.now(),
    history: foldHistory(entries),
    tasks,
    landed,
    heldTasks: new Set(live.flatMap((lease) => taskOfLease(lease) ?? [])),
    refs,
    directories,
    worktrees,
    usedWorktrees: new Set(worktrees.map(({ name }) => name).filter((name) => held.includes(`workspace/${name}`))),
    leftovers,
    isRunning: held.some((key) => key.startsWith('runner/')),
  };
}

async function attemptDirectories(stateDirectory: string): Promise<readonly AttemptId[]> {
  const entries = await readdir(join(stateDirectory, 'attempts'), { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name as AttemptId);
}

/** Whether it is gone now. */
async function remove(
  { kind, name, attempt }: CollectionDecision,
  { refs }: Found,
  records: OpenRecords,
): Promise<boolean> {
  const { git, journal, pool, poolDirectory, project } = records;
  switch (kind) {
    case 'attempt-ref': {
      const kept = refs.find(({ ref }) => ref === name);
      if (!kept || attempt === undefined || !(await git.removeAttempt(kept))) return false;
      await journal.append({ type: 'attempt.collected', attempt, ref: name });
      return true;
    }
    case 'attempt-directory':
      await rm(join(project.stateDirectory, 'attempts', name), { recursive: true, force: true });
      return true;
    case 'worktree':
      return pool.remove(name);
    case 'leftover':
      if (dirname(name) === poolDirectory) return pool.remove(basename(name));
      await rm(name, { force: true });
      return true;
  }
}
