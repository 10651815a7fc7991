import {
  type CommitId,
  type Fence,
  isWithin,
  type LandRequest,
  type LandResult,
  type Lease,
  resourcesConflict,
  type Task,
  type TaskId,
} from '@backlog-runner/contracts';
import type { MemoryFiles, MemoryRepository, MemoryTree } from '@backlog-runner/testkit';

/** Paths an agent may not change unless its task names that very path. */
export const PROTECTED: readonly string[] = ['backlog.config.mjs', 'scripts/backlog', 'backlog'];
export const PATTERNS = 'scripts/backlog/patterns.md';
/** What no validation lets pass. */
export const BROKEN = /BROKEN|<{7}/;

export interface Breach {
  readonly promise: number;
  readonly text: string;
}

export type Unlanded = Exclude<LandResult['status'], 'landed'>;

/**
 * Keeps its own books of what takes effect, apart from everything the runner and its parts remember, and says at once what
 * breaks a promise.
 */
export interface Ledger {
  readonly breaches: Breach[];
  breach(promise: number, text: string): void;
  /** Told as soon as something is broken. */
  onBreach(tell: (text: string) => void): void;
  granted(lease: Lease): void;
  renewed(lease: Lease): void;
  ended(fence: Fence): void;
  claimed(task: TaskId, fence: Fence): void;
  /** What an agent wrote where claims are recorded is none. */
  forged(task: TaskId): void;
  readonly forgeries: ReadonlySet<TaskId>;
  highestClaim(task: TaskId): number;
  /** A task's file was changed under a fence. */
  updated(task: TaskId, fence: Fence): void;
  validated(task: Task, directory: string): void;
  landed(request: LandRequest, commit: CommitId): void;
  reverted(task: TaskId): void;
  reopened(task: TaskId): void;
  /** The landing of a task that stands. */
  standing(task: TaskId): CommitId | undefined;
  readonly landings: number;
  notLanded(because: Unlanded): void;
  /** How many landings were turned down, and why. */
  readonly unlanded: Readonly<Record<Unlanded, number>>;
  /** A person has changed this file, and nobody else may. */
  edited(path: string, content: string): void;
  committedByPerson(path: string): void;
  readonly edits: ReadonlyMap<string, string>;
  /** What has to hold after every step. */
  look(): void;
}

export function createLedger(repository: MemoryRepository, now: () => number): Ledger {
  const { objects, refs, directories, checkout, branch } = repository;
  const breaches: Breach[] = [];
  const live = new Map<Fence, Lease>();
  const claims = new Map<TaskId, number>();
  const forgeries = new Set<TaskId>();
  const passed = new Set<string>();
  const standing = new Map<TaskId, CommitId>();
  const edits = new Map<string, string>();
  const kept = new Set<string>();
  const shown = new Map<string, string>();
  const unlanded: Record<Unlanded, number> = { held: 0, moved: 0, fenced: 0 };
  let highest = 0;
  let landings = 0;

  const expire = () => {
    for (const { fence, expiresAt } of live.values()) if (expiresAt <= now()) live.delete(fence);
  };
  let tell = (_text: string) => {};
  const breach = (promise: number, text: string) => {
    breaches.push({ promise, text });
    tell(`promise ${promise}: ${text}`);
  };
  const treeOf = (files: MemoryFiles) => objects.addTree(new Map(files.entries()));
  const without = (tree: MemoryTree, paths: readonly string[]): string =>
    objects.addTree(new Map([...tree].filter(([path]) => !paths.includes(path))));

  kept.add(objects.commit(repository.head()).tree);
  /** Work is kept by what its ref reaches, and what the branch holds needs no other. */
  const setRef = refs.set.bind(refs);
  refs.set = (ref, commit) => {
    const before = refs.get(ref);
    if (ref.startsWith('refs/backlog-runner/attempts/')) {
      if (before !== undefined && !reaches(repository, commit, before))
        breach(5, `${ref} does not hold ${before} any more`);
      for (const tree of treesBehind(repository, commit)) kept.add(tree);
    }
    if (ref === branch) kept.add(objects.commit(commit).tree);
    return setRef(ref, commit);
  };
  const leave = (directory: string) => {
    const files = directories.get(directory);
    if (!files) return;
    const tree = treeOf(files);
    if (tree !== shown.get(directory) && !kept.has(tree)) breach(5, `what was written in ${directory} is not retained`);
  };
  const setDirectory = directories.set.bind(directories);
  directories.set = (directory, files) => {
    leave(directory);
    shown.set(directory, treeOf(files));
    return setDirectory(directory, files);
  };
  const deleteDirectory = directories.delete.bind(directories);
  directories.delete = (directory) => {
    leave(directory);
    return deleteDirectory(directory);
  };

  const checkLanding = (request: LandRequest, commit: CommitId) => {
    const { task, also = [], fence, onto, files, message } = request;
    for (const id of [task, ...also]) {
      if ((claims.get(id) ?? 0) !== fence) breach(2, `${id} landed under ${fence}, claimed under ${claims.get(id)}`);
    }
    if (repository.head() !== commit || commit === onto) {
      breach(3, `${task} is said to have landed as ${commit}, and the branch has not moved there`);
      return;
    }
    const { parents } = objects.commit(commit);
    if (parents.length !== 1 || parents[0] !== onto) breach(4, `${commit} does not follow the commit it was made for`);
    const [before, after] = [objects.tree(onto), objects.tree(commit)];
    const own = files.map(({ path }) => path as string);
    const changed = changedPaths(before, after).filter((path) => !own.includes(path));
    if (without(after, own) !== without(objects.tree(request.tree), own))
      breach(4, `${commit} is not what was to land`);
    const trailers = new Map(message.trailers);
    if (trailers.has('Backlog-Plan')) {
      if (changed.length > 0) breach(4, `a plan changed ${changed.join(', ')}`);
      return;
    }
    for (const path of own) {
      if (!repository.ignores(path) && !/"state": "done"/.test(after.get(path) ?? ''))
        breach(3, `${task} landed without being done`);
    }
    if (own.length === 0) breach(3, `${task} landed without its file`);
    if (standing.has(task)) breach(3, `${task} landed as ${standing.get(task)} and as ${commit}`);
    if (changed.length > 0 && !passed.has(`${task} ${without(after, own)}`))
      breach(4, `${commit} of ${task} was not validated`);
    const strange = changed.filter((path) => path !== PATTERNS && PROTECTED.some((place) => isWithin(path, place)));
    if (strange.length > 0) breach(7, `${task} changed ${strange.join(', ')}`);
    const broken = changed.filter((path) => BROKEN.test(after.get(path) ?? ''));
    if (broken.length > 0) breach(4, `${task} landed what is broken: ${broken.join(', ')}`);
    standing.set(task, commit);
    landings += 1;
  };

  return {
    breaches,
    breach,
    onBreach(listener) {
      tell = listener;
    },
    granted(lease) {
      expire();
      if (lease.fence <= highest) breach(1, `the fence ${lease.fence} follows ${highest}`);
      highest = Math.max(highest, lease.fence);
      for (const other of live.values()) {
        const shared = lease.resources.find((key) => other.resources.some((held) => resourcesConflict(key, held)));
        if (shared !== undefined) breach(1, `${shared} is leased as ${other.fence} and as ${lease.fence}`);
      }
      live.set(lease.fence, lease);
    },
    renewed: (lease) => void (live.has(lease.fence) && live.set(lease.fence, lease)),
    ended: (fence) => void live.delete(fence),
    claimed(task, fence) {
      const before = claims.get(task) ?? 0;
      if (fence < before) breach(2, `${task} was claimed under ${fence} after ${before}`);
      if (fence > highest) breach(2, `${task} was claimed under ${fence}, which was never granted`);
      claims.set(task, fence);
    },
    forged: (task) => void forgeries.add(task),
    forgeries,
    highestClaim: (task) => claims.get(task) ?? 0,
    updated(task, fence) {
      if (fence < (claims.get(task) ?? 0))
        breach(2, `${task} was changed under ${fence}, claimed under ${claims.get(task)}`);
    },
    validated(task, directory) {
      const files = directories.get(directory);
      if (files) passed.add(`${task.id} ${without(new Map(files.entries()), [task.path])}`);
    },
    landed: checkLanding,
    reverted: (task) => void standing.delete(task),
    reopened: (task) => void standing.delete(task),
    standing: (task) => standing.get(task),
    get landings() {
      return landings;
    },
    notLanded(because) {
      unlanded[because] += 1;
    },
    unlanded,
    edited: (path, content) => void edits.set(path, content),
    committedByPerson: (path) => void edits.delete(path),
    edits,
    look() {
      expire();
      for (const [path, content] of edits) {
        if (checkout.read(path) === content) continue;
        breach(6, `the edit of ${path} is gone`);
        edits.delete(path);
      }
    },
  };
}

export function changedPaths(before: MemoryTree, after: MemoryTree): readonly string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}

function reaches(repository: MemoryRepository, from: CommitId, wanted: CommitId): boolean {
  if (from === wanted) return true;
  return repository.objects.commit(from).parents.some((parent) => reaches(repository, parent, wanted));
}

/** The trees of a retained commit and of the earlier states behind it. */
function treesBehind({ objects }: MemoryRepository, commit: CommitId): readonly string[] {
  const trees: string[] = [];
  for (let id: CommitId | undefined = commit; id !== undefined; ) {
    const { tree, parents }: { tree: string; parents: readonly CommitId[] } = objects.commit(id);
    trees.push(tree);
    id = parents.length === 2 ? parents[0] : undefined;
  }
  return trees;
}
