import {
  type AttemptId,
  type AttemptRecord,
  type CommitId,
  foldHistory,
  type History,
  type ResourceKey,
  type RunId,
  resource,
  type TaskId,
  taskOfLease,
} from '@backlog-runner/contracts';
import type { VerifyFacts } from './facts.ts';

/** The facts, with what every check derives from them. */
export interface Scene extends VerifyFacts {
  readonly history: History;
  readonly attempts: ReadonlyMap<AttemptId, AttemptRecord>;
  /** All that was under a lease at any time of the reading. */
  readonly held: ReadonlySet<ResourceKey>;
  /** Tasks under a lease: whatever is half done about them is under way. */
  readonly heldTasks: ReadonlySet<TaskId>;
  /** Whether the runner lives. What a living one has open is not left behind. */
  isLive(run: RunId): boolean;
  /** Landings that are on the branch because a person brought them there with git, and how. Others are the runner's. */
  readonly brought: ReadonlyMap<CommitId, string>;
}

export function sceneOf(facts: VerifyFacts): Scene {
  const history = foldHistory(facts.entries);
  const records = [...history.tasks.values()].flatMap(({ attempts }) => attempts);
  const leases = [...facts.earlierLeases, ...facts.leases];
  const held = new Set(leases.flatMap(({ resources }) => resources));
  return {
    ...facts,
    history,
    attempts: new Map(records.map((record) => [record.attempt, record])),
    held,
    heldTasks: new Set(leases.flatMap((lease) => taskOfLease(lease) ?? [])),
    isLive: (run) => held.has(resource.runner(run)),
    brought: broughtByPeople(facts),
  };
}

export function short(commit: string): string {
  return commit.slice(0, 10);
}

function broughtByPeople({ entries, landings, branch }: VerifyFacts): Scene['brought'] {
  const told = entries.filter((entry) => entry.type === 'task.landed');
  const attempts = new Set(told.map(({ attempt }) => attempt));
  const branches = new Map(told.map((entry) => [entry.commit, entry.branch]));
  const brought = new Map<CommitId, string>();
  for (const { commit, attempt, isCopied } of landings) {
    const from = branches.get(commit);
    if (from !== undefined && from !== branch) brought.set(commit, `merged from ${from}`);
    if (from === undefined && isCopied && attempts.has(attempt)) brought.set(commit, 'a copy that git made');
  }
  return brought;
}
