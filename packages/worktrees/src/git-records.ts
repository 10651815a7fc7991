import {
  type AttemptId,
  attemptIdOf,
  type CommitId,
  type Fence,
  parseTaskId,
  type TaskId,
  type TreeId,
} from '@backlog-runner/contracts';
import { attemptRef } from './attempt-refs.ts';
import { isAncestor } from './branch-head.ts';
import { changedFiles, type TreeChange } from './change-set.ts';
import { readCheckoutRecord } from './checkout-record.ts';
import { recordedFences } from './fence-ref.ts';
import { readIntents } from './landing-intent.ts';
import type { Repository } from './repository.ts';
import { diffTrees, type TreePair } from './tree-diffs.ts';

/** A ref that keeps what an attempt wrote. */
export interface AttemptRef {
  readonly ref: string;
  readonly attempt: AttemptId;
  readonly commit: CommitId;
}

export interface CommitFacts {
  readonly tree: TreeId;
  readonly parents: readonly CommitId[];
  /** Whether git made it from another commit, as by a cherry-pick, a rebase or an amendment: it was written earlier. */
  readonly isCopied: boolean;
}

/** What a repository remembers of attempts and landings, for whoever checks or tidies it. All but `removeAttempt` only read. */
export interface GitRecords {
  attempts(): Promise<readonly AttemptRef[]>;
  /** The latest claim that is recorded of each task. */
  fences(): Promise<ReadonlyMap<TaskId, number>>;
  /** Those of the commits that are there. */
  commits(ids: readonly CommitId[]): Promise<ReadonlyMap<CommitId, CommitFacts>>;
  /** Those of the objects that are there. */
  present(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Whether a commit is another one or below it. False also when one of them is missing. */
  holds(descendant: CommitId, ancestor: CommitId): Promise<boolean>;
  /** The paths that differ between trees, as in `ChangedFile`; all of them must be there. */
  changedPaths(pairs: readonly TreePair[]): Promise<readonly (readonly string[])[]>;
  /** A file of the project in a tree; undefined when there is none. */
  fileIn(tree: TreeId, path: string): Promise<{ readonly id: string; text(): Promise<string> } | undefined>;
  /** The commits of landings that began and of which nobody has noted yet whether they ended. */
  landingsBegun(): Promise<readonly CommitId[]>;
  /** The attempt that works, or was cut off while it worked, in the user's own checkout. */
  borrower(): Promise<AttemptId | undefined>;
  /** False when the ref points elsewhere by now: then it stays. */
  removeAttempt(kept: AttemptRef): Promise<boolean>;
}

const ATTEMPTS = 'refs/backlog-runner/attempts';

export function gitRecords(repository: Repository): GitRecords {
  const { git, objects, prefix, commonDir, checkout } = repository;
  return {
    async attempts() {
      const { stdout } = await git(['for-each-ref', '--format=%(objectname) %(refname)', ATTEMPTS]);
      return linesOf(stdout).flatMap(readAttemptRef);
    },
    fences: () => recordedFences(repository),
    async commits(ids) {
      if (ids.length === 0) return new Map();
      const { stdout } = await git(
        [
          'log',
          '--no-walk=unsorted',
          '--ignore-missing',
          '--no-show-signature',
          '--format=%H %T %at %ct %P',
          '--stdin',
        ],
        { input: asLines(ids) },
      );
      return new Map(linesOf(stdout).map(readCommitFacts));
    },
    async present(ids) {
      if (ids.length === 0) return new Set();
      const { stdout } = await git(['cat-file', '--batch-check=%(objectname)'], { input: asLines(ids) });
      return new Set(linesOf(stdout).filter((line) => !line.includes(' ')));
    },
    holds: (descendant, ancestor) => isAncestor(git, ancestor, descendant),
    async changedPaths(pairs) {
      const diffs = await diffTrees(git, pairs);
      return diffs.map((changes: readonly TreeChange[]) => changedFiles(changes, prefix).map(({ path }) => path));
    },
    async fileIn(tree, path) {
      const entry = await objects.entryAt(tree, `${prefix}${path}`);
      return entry && { id: entry.id, text: () => objects.blobText(entry.id) };
    },
    landingsBegun: async () => (await readIntents(commonDir)).map(({ intent }) => intent.commit),
    borrower: async () => (await readCheckoutRecord(checkout.gitDir))?.attempt,
    async removeAttempt({ ref, commit }) {
      const { code } = await git(['update-ref', '--no-deref', '-d', ref, commit], { accept: [0, 1, 128] });
      return code === 0;
    },
  };
}

function readAttemptRef(line: string): readonly AttemptRef[] {
  const [, commit, ref, name = '', number] =
    /^([0-9a-f]+) (refs\/backlog-runner\/attempts\/([^/]+)\/(\d+))$/.exec(line) ?? [];
  const task = parseTaskId(name);
  const fence = Number(number) as Fence;
  if (!commit || task === undefined || ref !== attemptRef(task, fence)) return [];
  return [{ ref, attempt: attemptIdOf(task, fence), commit: commit as CommitId }];
}

function readCommitFacts(line: string): [CommitId, CommitFacts] {
  const [commit, tree, authoredAt, committedAt, ...parents] = line.trim().split(' ');
  const isCopied = authoredAt !== committedAt;
  return [commit as CommitId, { tree: tree as TreeId, parents: parents as CommitId[], isCopied }];
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

function asLines(ids: readonly string[]): string {
  return [...new Set(ids)].map((id) => `${id}\n`).join('');
}
