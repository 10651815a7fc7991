import type { AgentLimits, TaskId } from '@backlog-runner/contracts';

/** Which provider, and which of its models, plays a role. */
export interface AgentChoice {
  readonly provider: string;
  /** The vendor's own name. Absent: the vendor's default. */
  readonly model?: string;
}

/** The rules a runner decides by. Plain data: same policy and same facts, same decisions. */
export interface RunnerPolicy {
  readonly workers: number;
  /** How often a task may fail before it is `failed`. */
  readonly maxTries: number;
  /** How often one attempt is returned to its agent for each reason there is, such as a refused validation or a conflict. */
  readonly maxReturns: number;
  /** The pause after a failed try: `firstMs`, doubled with each further one up to `maxMs`. */
  readonly backoff: { readonly firstMs: number; readonly maxMs: number };
  /** The same for a provider that is rate-limited and does not say until when. */
  readonly providerBackoff: { readonly firstMs: number; readonly maxMs: number };
  readonly leaseTtlMs: number;
  readonly limits: AgentLimits;
  /** Without its own, planner and passes are given to the `code` agent. */
  readonly agents: {
    readonly ui: AgentChoice;
    readonly code: AgentChoice;
    readonly planner?: AgentChoice;
    readonly discovery?: AgentChoice;
  };
  /** A task all of whose touch paths lie below these is for the `ui` agent. */
  readonly uiPathPrefixes: readonly string[];
  /** Absent: nothing is planned by itself. */
  readonly planner?: PlannerPolicy;
  /** Absent: no pass runs by itself. */
  readonly discovery?: DiscoveryPolicy;
  /** Only these tasks: nothing is planned and nothing looked for. */
  readonly only?: readonly TaskId[];
  /** Stop when nothing can move, instead of waiting for more work. */
  readonly once: boolean;
}

export interface PlannerPolicy {
  /** It looks at tasks while fewer than this many are ready to run. */
  readonly readyMark: number;
  /** At how many tasks it looks at once. */
  readonly batch: number;
  /** How many plans for a task may come to nothing before it is left for a person. */
  readonly maxTries: number;
  /** How often what came of a plan may be planned again. */
  readonly maxDepth: number;
  /** The pause after a batch of which nothing came: `firstMs`, doubled with each further one up to `maxMs`. */
  readonly pause: { readonly firstMs: number; readonly maxMs: number };
}

export interface DiscoveryPolicy {
  /** Passes with the trigger `low-queue` look while fewer than this many tasks wait to be done. */
  readonly readyMark: number;
  readonly passes: readonly PassPolicy[];
}

export interface PassPolicy {
  /** Of one of the runner's passes. */
  readonly id: string;
  /**
   * `low-queue`: when there is little to do, and not again on what it has looked at in vain. `schedule`: whatever there is
   * to do. `manual`: only when a person says so.
   */
  readonly trigger: 'low-queue' | 'schedule' | 'manual';
  /** The shortest time between two turns. Longer after turns of which little was admitted. */
  readonly everyMs: number;
  /** Of one turn. */
  readonly maxCandidates: number;
  /** How many may be admitted within 24 hours. */
  readonly maxPerDay: number;
  /** Absent: the agent for discovery. */
  readonly agent?: AgentChoice;
}
