import {
  type AttemptId,
  type AttemptRecord,
  type History,
  type JournalEntry,
  type LandedCommit,
  type LandedPlan,
  questionOf,
  type Task,
  type TaskId,
  type TreeId,
} from '@backlog-runner/contracts';
import { type LandingFacts, onlyRemembers, type PlanFacts } from '@backlog-runner/runner';
import type { CommitFacts } from '@backlog-runner/worktrees';
import { CONFIG_NAME } from '../find-project.ts';
import { PATTERNS_PATH } from '../patterns-memory.ts';
import type { OpenRecords } from './open-records.ts';
import { idIn, stateIn } from './task-file-text.ts';

export interface Past {
  readonly entries: readonly JournalEntry[];
  readonly history: History;
  readonly tasks: readonly Task[];
}

type Records = Pick<OpenRecords, 'git' | 'landing' | 'validation' | 'unconfigured'>;

interface Landed extends LandedCommit, CommitFacts {
  /** The tree of the commit it was made on. */
  readonly onto: TreeId;
  /** The trees of its attempt that passed and are still there. */
  readonly passed: readonly TreeId[];
  readonly validatedTreeIsGone: boolean;
}

/** Everything that can be said about landings, for the price of a few processes and of what they changed. */
export async function landingFacts(
  landed: readonly LandedCommit[],
  past: Past,
  records: Records,
): Promise<readonly LandingFacts[]> {
  const { git } = records;
  const known = await withTrees(landed, past, records);
  const changed = await git.changedPaths(known.map(({ onto, tree }) => [onto, tree]));
  const since = await git.changedPaths(
    known.flatMap(({ passed, tree }) => passed.map((from) => [from, tree] as const)),
  );
  const config = (await git.fileIn(await records.landing.treeOf(await records.landing.head()), CONFIG_NAME))?.id;
  const facts: LandingFacts[] = [];
  let read = 0;
  for (const [at, { onto, passed, ...landing }] of known.entries()) {
    const paths = changed[at] ?? [];
    const [nearest] = [...since.slice(read, read + passed.length)].sort((left, right) => left.length - right.length);
    read += passed.length;
    const protectedPaths = await protectedAmong({ ...landing, paths }, config, past, records);
    const taskFile = await taskFileOf({ ...landing, onto, paths }, past.tasks, records);
    facts.push({
      ...landing,
      paths,
      laterClaims: await laterClaims(landing, past, records),
      ...(protectedPaths ? { protectedPaths: await withoutMemory(protectedPaths, { onto, ...landing }, records) } : {}),
      ...(taskFile ? { taskFile } : {}),
      ...(nearest ? { sinceValidated: nearest } : {}),
    });
  }
  return facts;
}

/** Everything that can be said about the plans that landed. */
export async function planFacts(
  landed: readonly LandedPlan[],
  { git }: Pick<Records, 'git'>,
): Promise<readonly PlanFacts[]> {
  const commits = await git.commits(landed.map(({ commit }) => commit));
  const onto = await git.commits([...commits.values()].flatMap(({ parents: [first] }) => first ?? []));
  const known = landed.flatMap((plan) => {
    const { tree, parents = [] } = commits.get(plan.commit) ?? {};
    const [parent] = parents;
    const before = parent && onto.get(parent)?.tree;
    return tree && before ? [{ plan, parents, pair: [before, tree] as const }] : [];
  });
  const changed = await git.changedPaths(known.map(({ pair }) => pair));
  return known.map(({ plan, parents }, at) => ({ ...plan, parents, paths: changed[at] ?? [] }));
}

async function withTrees(
  landed: readonly LandedCommit[],
  { entries }: Past,
  { git }: Records,
): Promise<readonly Landed[]> {
  const commits = await git.commits(landed.map(({ commit }) => commit));
  const parents = await git.commits([...commits.values()].flatMap(({ parents: [first] }) => first ?? []));
  const passed = passedTrees(entries);
  const present = await git.present([...passed.values()].flat());
  return landed.flatMap((landing) => {
    const facts = commits.get(landing.commit);
    const [parent] = facts?.parents ?? [];
    const onto = parent && parents.get(parent)?.tree;
    if (!facts || !onto) return [];
    const trees = passed.get(landing.attempt) ?? [];
    const left = trees.filter((tree) => present.has(tree));
    return [{ ...landing, ...facts, onto, passed: left, validatedTreeIsGone: left.length < trees.length }];
  });
}

function passedTrees(entries: readonly JournalEntry[]): ReadonlyMap<AttemptId, readonly TreeId[]> {
  const passed = new Map<AttemptId, readonly TreeId[]>();
  for (const entry of entries) {
    if (entry.type !== 'attempt.validated' || entry.result !== 'passed') continue;
    passed.set(entry.attempt, [...(passed.get(entry.attempt) ?? []), entry.tree]);
  }
  return passed;
}

/** Undefined where the task is not known as it was when it landed. */
async function protectedAmong(
  { task: id, attempt, tree, paths }: LandedCommit & { readonly tree: TreeId; readonly paths: readonly string[] },
  config: string | undefined,
  past: Past,
  { git, validation, unconfigured }: Records,
): Promise<readonly string[] | undefined> {
  const task = past.tasks.find((candidate) => candidate.id === id);
  const record = recordOf(past.history, id, attempt);
  if (!task || record?.question !== questionOf(task)) return undefined;
  const isSame = (await git.fileIn(tree, CONFIG_NAME))?.id === config;
  return (isSame ? validation : unconfigured).protectedAmong(task, paths);
}

/** What the runner itself noted in the file it remembers in changes no judge. */
async function withoutMemory(
  paths: readonly string[],
  { onto, tree }: { readonly onto: TreeId; readonly tree: TreeId },
  { git }: Records,
): Promise<readonly string[]> {
  if (!paths.includes(PATTERNS_PATH)) return paths;
  const [before, after] = await Promise.all(
    [onto, tree].map(async (from) => (await (await git.fileIn(from, PATTERNS_PATH))?.text()) ?? ''),
  );
  const isLearned = onlyRemembers(before ?? '', after ?? '');
  return isLearned ? paths.filter((path) => path !== PATTERNS_PATH) : paths;
}

async function taskFileOf(
  { task: id, tree, onto, paths }: LandedCommit & { tree: TreeId; onto: TreeId; paths: readonly string[] },
  tasks: readonly Task[],
  { git }: Records,
): Promise<LandingFacts['taskFile']> {
  const stored = tasks.find((task) => task.id === id)?.path ?? [];
  const changed = paths.filter((path) => /^backlog\/tasks\/.*\.ya?ml$/.test(path));
  for (const path of new Set([stored, changed].flat())) {
    const text = await (await git.fileIn(tree, path))?.text();
    const state = text === undefined || idIn(text, path) !== id ? undefined : stateIn(text);
    if (state === undefined) continue;
    const earlier = await (await git.fileIn(onto, path))?.text();
    const before = earlier === undefined ? undefined : stateIn(earlier);
    return { path, state, ...(before === undefined ? {} : { before }) };
  }
  return undefined;
}

/** Claims for the same branch whose base is still there. A landing that was rewritten is another commit: none is later. */
async function laterClaims(
  { task, attempt, commit }: LandedCommit,
  { entries, history }: Past,
  { git, landing: { branch } }: Records,
): Promise<LandingFacts['laterClaims']> {
  const own = recordOf(history, task, attempt);
  const isAsTold = entries.some((entry) => entry.type === 'task.landed' && entry.commit === commit);
  if (!own || !isAsTold) return [];
  const later = (history.tasks.get(task)?.attempts ?? []).filter(
    ({ fence, run }) => fence > own.fence && history.runs.get(run)?.branch === branch,
  );
  const bases = await git.commits(later.map(({ base }) => base));
  const claims: { attempt: AttemptId; holdsLanding: boolean }[] = [];
  for (const claim of later.filter(({ base }) => bases.has(base))) {
    claims.push({ attempt: claim.attempt, holdsLanding: await git.holds(claim.base, commit) });
  }
  return claims;
}

function recordOf(history: History, task: TaskId, attempt: AttemptId): AttemptRecord | undefined {
  return history.tasks.get(task)?.attempts.find((record) => record.attempt === attempt);
}
