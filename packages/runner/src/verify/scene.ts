import {
  type AttemptId,
  type AttemptRecord,
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
  };
}

export function short(commit: string): string {
  return commit.slice(0, 10);
}
