import { type AttemptRecord, foldHistory, isWithin, type Task } from '@backlog-runner/contracts';
import type { MemoryCommit } from '@backlog-runner/testkit';
import { type LandingFacts, type PlanFacts, type VerifyFacts, verify } from '../src/index.ts';
import { changedPaths, PATTERNS, PROTECTED } from './ledger.ts';
import type { Scheduler } from './scheduler.ts';
import type { World } from './world.ts';

/** What `verify` is told of this world, and must find nothing in. */
export async function checkVerify(world: World, scheduler: Scheduler): Promise<void> {
  const { repository, record, store, ledger, machine, parts } = world;
  const { objects, refs } = repository;
  const { tasks } = await store.read();
  const { entries } = await parts.journalOf('run-observer' as never).read();
  const attempts = [...foldHistory(entries).tasks.values()].flatMap((task) => task.attempts);
  const commits = repository.history();
  const leases = await world.leases.list();
  const landed = await parts.landing.landed();
  const plans = await parts.landing.plans();
  const commitOf = (id: string): MemoryCommit => objects.commit(id as MemoryCommit['id']);
  const facts: VerifyFacts = {
    now: scheduler.now(),
    branch: repository.branch,
    entries,
    damagedLines: 0,
    tasks,
    leases,
    earlierLeases: leases,
    fences: repository.fences,
    landings: landed.map((landing): LandingFacts => {
      const commit = commitOf(landing.commit);
      return { ...landing, ...factsOf(commit, landing.task, world, attempts, commits, tasks) };
    }),
    plans: plans.map((plan): PlanFacts => {
      const { parents } = commitOf(plan.commit);
      return { ...plan, parents, paths: pathsOf(commitOf(plan.commit), world) };
    }),
    retained: record.entries.flatMap((entry) => {
      if (entry.type !== 'attempt.retained') return [];
      const holds = holdsCommit(world, refs.get(entry.ref), entry.commit);
      return [
        { attempt: entry.attempt, ref: entry.ref, commit: entry.commit, standing: holds ? 'kept' : 'unreachable' },
      ];
    }),
    broughtFiles: new Set(tasks.filter(({ path }) => objects.tree(repository.head()).has(path)).map(({ id }) => id)),
    landingsBegun: [],
    borrower: undefined,
    worktrees: [],
    processes: machine.running().map(({ run }, pid) => ({ run, pid })),
  };
  for (const { promise, findings } of verify(facts)) {
    for (const finding of findings) ledger.breach(promise, `verify: ${finding}`);
  }
}

function pathsOf({ id, parents }: MemoryCommit, { repository: { objects } }: World): readonly string[] {
  const [parent] = parents;
  return parent === undefined ? [] : changedPaths(objects.tree(parent), objects.tree(id));
}

function factsOf(
  commit: MemoryCommit,
  id: Task['id'],
  world: World,
  attempts: readonly AttemptRecord[],
  commits: readonly MemoryCommit[],
  tasks: readonly Task[],
): Omit<LandingFacts, 'commit' | 'task' | 'attempt' | 'reverted'> {
  const { objects } = world.repository;
  const paths = pathsOf(commit, world);
  const attempt = new Map(commit.message.trailers).get('Backlog-Attempt');
  const record = attempts.find((candidate) => candidate.attempt === attempt);
  const [parent] = commit.parents;
  const path = `backlog/tasks/${id}.yaml`;
  const stateIn = (tree: string | undefined) => {
    const text = tree === undefined ? undefined : objects.tree(tree as MemoryCommit['id']).get(path);
    return text === undefined ? undefined : (JSON.parse(text) as Task).state;
  };
  const [state, before] = [stateIn(commit.id), stateIn(parent)];
  const position = commits.findIndex((candidate) => candidate.id === commit.id);
  const task = tasks.find((candidate) => candidate.id === id);
  const protectedPaths = paths.filter(
    (changed) => changed !== PATTERNS && PROTECTED.some((kept) => isWithin(changed, kept)),
  );
  return {
    parents: commit.parents,
    isCopied: false,
    paths,
    ...(task ? { protectedPaths } : {}),
    ...(state === undefined ? {} : { taskFile: { path, state, ...(before === undefined ? {} : { before }) } }),
    ...(record?.validatedTree === undefined
      ? {}
      : { sinceValidated: changedPaths(objects.tree(record.validatedTree), objects.tree(commit.id)) }),
    validatedTreeIsGone: false,
    laterClaims: attempts
      .filter((other) => other.task === id && record !== undefined && other.fence > record.fence)
      .map((other) => ({
        attempt: other.attempt,
        holdsLanding: commits.findIndex((candidate) => candidate.id === other.base) >= position,
      })),
  };
}

function holdsCommit(
  { repository: { objects } }: World,
  from: MemoryCommit['id'] | undefined,
  wanted: string,
): boolean {
  const open = from === undefined ? [] : [from];
  const seen = new Set<string>();
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === wanted) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...objects.commit(id).parents);
  }
  return false;
}
