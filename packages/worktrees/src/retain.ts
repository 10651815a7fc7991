import type { CommitId, RetainedAttempt, RetainRequest } from '@backlog-runner/contracts';
import { attemptRef } from './attempt-refs.ts';
import { changedFiles, projectPath } from './change-set.ts';
import { formatCommitMessage } from './commit-message.ts';
import { commitText } from './commit-object.ts';
import { removeDeadLock } from './dead-lock.ts';
import { ignoredSince } from './ignored-files.ts';
import type { Repository } from './repository.ts';
import { besideIndex, type Outside } from './small-index.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { keepSubmodules } from './submodules.ts';
import { agentCommit, type WorkingCopy } from './working-copy.ts';

/** Somebody else may retain for the same attempt after a sleep; nobody does so for long. */
const MOST_TRIES = 8;

type Retaining = RetainRequest & { readonly base: CommitId };

/** What is in a working copy becomes a commit under the attempt's ref, on top of what the ref held before. */
export async function retainAttempt(copy: WorkingCopy, request: Retaining): Promise<RetainedAttempt> {
  return (await retainCopy(copy, request)).retained;
}

/** The same, with what is beside the files that are kept, where that is known. */
export async function retainCopy(
  copy: WorkingCopy,
  request: Retaining,
): Promise<{ readonly retained: RetainedAttempt; readonly outside: readonly Outside[] | undefined }> {
  const snapshot = await takeSnapshot(copy, await copy.repository.objects.treeOf(request.base));
  const outside = besideIndex(copy);
  return { retained: await keepSnapshot(copy, request, snapshot, outside), outside };
}

async function keepSnapshot(
  copy: WorkingCopy,
  { task, fence, subject, base }: Retaining,
  { tree, changes, nested }: Snapshot,
  outside: readonly Outside[] | undefined,
): Promise<RetainedAttempt> {
  const { objects, refs, prefix } = copy.repository;
  const ref = attemptRef(task, fence);
  const head = await agentCommit(copy);
  const submodules = await keepSubmodules(copy, changes);
  const ignored = copy.since === undefined ? [] : await ignoredSince(copy, copy.since, outside);
  const notKept = atMost(MOST_NAMES, [...submodules.notKept, ...ignored.map((path) => projectPath(path, prefix))]);
  const found = { tree, changes: changedFiles(changes, prefix), ...(notKept.length > 0 ? { notKept } : {}) };
  for (let tries = 1; ; tries += 1) {
    const before = await refs.read(ref);
    const ancestors = [before, head, nested, ...submodules.commits].filter(
      (id) => id !== undefined && id !== base,
    ) as CommitId[];
    if (changes.length === 0 && ancestors.length === 0) return { ref, commit: base, ...found };

    const isPlain = (head === undefined || head === base) && nested === undefined && submodules.commits.length === 0;
    const isKept = before !== undefined && isPlain;
    if (isKept && (await objects.treeOf(before as CommitId)) === tree)
      return { ref, commit: before as CommitId, ...found };

    const commit = await writeCommit(copy.repository, { tree, parents: [base, ...new Set(ancestors)], subject });
    if (await moveRef(copy.repository, { ref, commit, before, isLastTry: tries === MOST_TRIES }))
      return { ref, commit, ...found };
  }
}

/** Enough to see what is not kept. */
const MOST_NAMES = 200;

function atMost(most: number, names: readonly string[]): readonly string[] {
  return names.length <= most ? names : [...names.slice(0, most), `and ${names.length - most} more`];
}

async function writeCommit(
  { objects, identity, system }: Repository,
  { tree, parents, subject }: Pick<RetainedAttempt, 'tree'> & { parents: readonly CommitId[]; subject: string },
): Promise<CommitId> {
  const message = formatCommitMessage({ subject, body: '', trailers: [] });
  return objects.writeCommit(commitText({ tree, parents, identity: await identity(), at: system.now(), message }));
}

interface RefMove {
  readonly ref: string;
  readonly commit: CommitId;
  readonly before: string | undefined;
  readonly isLastTry: boolean;
}

/** False when the ref was moved by somebody else in between. */
async function moveRef(repository: Repository, { ref, commit, before = '', isLastTry }: RefMove): Promise<boolean> {
  const accept = isLastTry ? [0] : [0, 128];
  const { code, stderr } = await repository.git(['update-ref', '--no-deref', ref, commit, before], { accept });
  if (code !== 0) await removeDeadLock(repository, stderr);
  return code === 0;
}
