import { type AttemptId, type CommitId, type LandedCommit, parseTaskId } from '@backlog-runner/contracts';
import { branchHead, isAncestor } from './branch-head.ts';
import type { Repository } from './repository.ts';

const FIELD = '\u0001';
const FORMAT = [
  '%H',
  '%(trailers:key=Backlog-Task,valueonly,unfold)',
  '%(trailers:key=Backlog-Attempt,valueonly,unfold)',
  '%B',
].join('%x01');

/** What landed on a branch, newest first, by the trailers of its commits. */
export async function landedCommits(
  repository: Repository,
  branch: string,
  since?: CommitId,
): Promise<readonly LandedCommit[]> {
  const head = await branchHead(repository, branch);
  const range = since !== undefined && (await isAncestor(repository.git, since, head)) ? [`^${since}`] : [];
  const { stdout } = await repository.git([
    'log',
    '-z',
    '--no-show-signature',
    '--encoding=UTF-8',
    '--grep=^Backlog-Task: ',
    '--grep=^This reverts commit ',
    `--format=${FORMAT}`,
    head,
    ...range,
  ]);
  return readLandedCommits(stdout.split('\0').filter((record) => record !== ''));
}

/**
 * From records of commit, task, attempt and message, newest first. A revert that was itself reverted does not count, nor
 * does what a landing's own message says: an agent wrote it.
 */
export function readLandedCommits(records: readonly string[]): readonly LandedCommit[] {
  const reverted: string[] = [];
  return records.flatMap((record) => {
    const [commit = '', taskLines = '', attempt = '', ...message] = record.split(FIELD);
    const isReverted = reverted.some((id) => commit.startsWith(id));
    // Two values in one commit are nothing that was landed by a runner.
    const task = parseTaskId(taskLines.trim());
    if (task !== undefined && /^\S+$/.test(attempt.trim())) {
      return [{ commit: commit as CommitId, task, attempt: attempt.trim() as AttemptId, reverted: isReverted }];
    }
    if (!isReverted) reverted.push(...revertedIds(message.join(FIELD)));
    return [];
  });
}

/** Shortened ones, too: as `git revert --reference` writes them. */
function revertedIds(message: string): readonly string[] {
  return [...message.matchAll(/^This reverts commit ([0-9a-f]{7,64})\b/gm)].flatMap(([, id]) => id ?? []);
}
