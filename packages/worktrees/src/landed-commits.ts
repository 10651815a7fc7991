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

/** From records of commit, task, attempt and message, newest first. A revert that was itself reverted does not count. */
export function readLandedCommits(records: readonly string[]): readonly LandedCommit[] {
  const reverted = new Set<string>();
  return records.flatMap((record) => {
    const [commit = '', taskLines = '', attempt = '', ...message] = record.split(FIELD);
    const isReverted = reverted.has(commit);
    const [, target] = /^This reverts commit ([0-9a-f]{40,64})\b/m.exec(message.join(FIELD)) ?? [];
    if (target !== undefined && !isReverted) reverted.add(target);
    // Two values in one commit are nothing that was landed by a runner.
    const task = parseTaskId(taskLines.trim());
    const isLanded = task !== undefined && /^\S+$/.test(attempt.trim());
    if (!isLanded) return [];
    return [{ commit: commit as CommitId, task, attempt: attempt.trim() as AttemptId, reverted: isReverted }];
  });
}
