import type { AgentLimits, AgentRole, TaskId } from '@backlog-runner/contracts';

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
  /** How often one attempt is returned to its agent, for a refused validation or a conflict each. */
  readonly maxReturns: number;
  /** The pause after a failed try: `firstMs`, doubled with each further one up to `maxMs`. */
  readonly backoff: { readonly firstMs: number; readonly maxMs: number };
  /** The same for a provider that is rate-limited and does not say until when. */
  readonly providerBackoff: { readonly firstMs: number; readonly maxMs: number };
  readonly leaseTtlMs: number;
  readonly limits: AgentLimits;
  readonly agents: Readonly<Record<Extract<AgentRole, 'ui' | 'code'>, AgentChoice>>;
  /** A task all of whose touch paths lie below these is for the `ui` agent. */
  readonly uiPathPrefixes: readonly string[];
  /** Only these tasks. */
  readonly only?: readonly TaskId[];
  /** Stop when nothing can move, instead of waiting for more work. */
  readonly once: boolean;
}
