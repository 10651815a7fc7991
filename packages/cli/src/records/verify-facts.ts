import { foldHistory, type JournalEntry, type RunId, type TaskId } from '@backlog-runner/contracts';
import type { RetainedFacts, VerifyFacts, WorktreeFacts } from '@backlog-runner/runner';
import { findMarks } from '@backlog-runner/subprocess';
import type { AttemptRef, PoolEntry } from '@backlog-runner/worktrees';
import { landingFacts, planFacts } from './landing-facts.ts';
import type { OpenRecords } from './open-records.ts';

/**
 * Reads everything a verification looks at. In this order, so that what living runners do meanwhile looks like nothing
 * that is broken: effects before the records of them, and leases both before and after.
 */
export async function verifyFacts(records: OpenRecords): Promise<VerifyFacts> {
  const { landing, leases, store, journal, git, pool, system } = records;
  const landed = await landing.landed();
  const plans = await landing.plans();
  const earlierLeases = await leases.list();
  const { tasks } = await store.read();
  const [worktrees, landingsBegun, borrower] = [await pool.list(), await git.landingsBegun(), await git.borrower()];
  const { entries, damaged } = await journal.read();
  const history = foldHistory(entries);
  const fences = await git.fences();
  const retained = await retainedFacts(entries, await git.attempts(), records);
  const broughtFiles = new Set<TaskId>();
  const landedTasks = new Set(landed.map(({ task }) => task));
  for (const { id, path } of tasks.filter((task) => landedTasks.has(task.id))) {
    if (await landing.bringsFile(path)) broughtFiles.add(id);
  }
  const marks = history.runs.size > 0 ? await findMarks() : [];
  return {
    now: system.now(),
    branch: landing.branch,
    entries,
    damagedLines: damaged.length,
    tasks,
    earlierLeases,
    fences,
    landings: await landingFacts(landed, { entries, history, tasks }, records),
    plans: await planFacts(plans, records),
    retained,
    broughtFiles,
    landingsBegun,
    borrower,
    worktrees: worktrees.flatMap(worktreeFacts),
    processes: marks
      .map(({ pid, mark }) => ({ pid, run: mark.slice(0, mark.indexOf('/')) as RunId }))
      .filter(({ run }) => history.runs.has(run)),
    leases: await leases.list(),
  };
}

export function worktreeFacts(entry: PoolEntry): readonly WorktreeFacts[] {
  if (entry.kind !== 'worktree') return [];
  const { kind, ...facts } = entry;
  return [facts];
}

async function retainedFacts(
  entries: readonly JournalEntry[],
  refs: readonly AttemptRef[],
  { git }: Pick<OpenRecords, 'git'>,
): Promise<readonly RetainedFacts[]> {
  const told = entries.filter((entry) => entry.type === 'attempt.retained');
  const present = await git.commits(told.map(({ commit }) => commit));
  const heads = new Map(refs.map(({ ref, commit }) => [ref, commit]));
  const facts: RetainedFacts[] = [];
  for (const { attempt, ref, commit } of told) {
    const head = heads.get(ref);
    const isKept = head !== undefined && (head === commit || (await git.holds(head, commit)));
    const standing = !present.has(commit) ? 'missing' : isKept ? 'kept' : 'unreachable';
    facts.push({ attempt, ref, commit, standing });
  }
  return facts;
}
