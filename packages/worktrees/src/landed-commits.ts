import {
  type AttemptId,
  type CommitId,
  type InquiryId,
  type LandedCommit,
  type LandedPlan,
  parseTaskId,
} from '@backlog-runner/contracts';
import { branchHead, isAncestor } from './branch-head.ts';
import type { Repository } from './repository.ts';

const FIELD = '\u0001';
const trailer = (key: string) => `%(trailers:key=${key},valueonly,unfold)`;
const FORMAT = ['%H', trailer('Backlog-Task'), trailer('Backlog-Attempt'), trailer('Backlog-Plan'), '%B'].join('%x01');

/** What landed on a branch, newest first, by the trailers of its commits. */
export async function landedCommits(
  repository: Repository,
  branch: string,
  since?: CommitId,
): Promise<readonly LandedCommit[]> {
  return (await readBranch(repository, branch, since)).landed;
}

/** The plans that landed on a branch, newest first, by the trailers of its commits. */
export async function landedPlans(repository: Repository, branch: string): Promise<readonly LandedPlan[]> {
  return (await readBranch(repository, branch)).plans;
}

async function readBranch(repository: Repository, branch: string, since?: CommitId): Promise<Landings> {
  const head = await branchHead(repository, branch);
  const range = since !== undefined && (await isAncestor(repository.git, since, head)) ? [`^${since}`] : [];
  const { stdout } = await repository.git([
    'log',
    '-z',
    '--no-show-signature',
    '--encoding=UTF-8',
    '--grep=^Backlog-Task: ',
    '--grep=^Backlog-Plan: ',
    '--grep=^This reverts commit ',
    `--format=${FORMAT}`,
    head,
    ...range,
  ]);
  return readLandings(stdout.split('\0').filter((record) => record !== ''));
}

interface Landings {
  readonly landed: readonly LandedCommit[];
  readonly plans: readonly LandedPlan[];
}

/**
 * From records of commit, task, attempt, plan and message, newest first. A revert that was itself reverted does not
 * count, nor does what a landing's own message says: an agent wrote it.
 */
function readLandings(records: readonly string[]): Landings {
  const revertedIds: string[] = [];
  const landed: LandedCommit[] = [];
  const plans: LandedPlan[] = [];
  for (const record of records) {
    const [id = '', taskLines = '', attempt = '', plan = '', ...message] = record.split(FIELD);
    const commit = id as CommitId;
    const reverted = revertedIds.some((short) => id.startsWith(short));
    // Two values in one commit are nothing that was landed by a runner.
    const task = parseTaskId(taskLines.trim());
    if (task !== undefined && isOneValue(attempt)) {
      landed.push({ commit, task, attempt: attempt.trim() as AttemptId, reverted });
    } else if (isOneValue(plan)) plans.push({ commit, plan: plan.trim() as InquiryId, reverted });
    else if (!reverted) revertedIds.push(...revertedBy(message.join(FIELD)));
  }
  return { landed, plans };
}

function isOneValue(lines: string): boolean {
  return /^\S+$/.test(lines.trim());
}

/** Shortened ones, too: as `git revert --reference` writes them. */
function revertedBy(message: string): readonly string[] {
  return [...message.matchAll(/^This reverts commit ([0-9a-f]{7,64})\b/gm)].flatMap(([, id]) => id ?? []);
}
