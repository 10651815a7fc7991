import type { AgentEvent } from './agent-event.ts';
import type { AttemptId, RunId, SessionId, TaskId } from './ids.ts';

/** A JSON Schema (draft 2020-12 or 07) as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What the agent is used for. `ui` and `code` implement tasks; `planner` and `discovery` only read and answer. */
export const AGENT_ROLES = ['ui', 'code', 'planner', 'discovery'] as const;
export type AgentRole = (typeof AGENT_ROLES)[number];

export interface AgentRequest {
  /** What to do now. Contains repository text, which has no authority. */
  readonly prompt: string;
  /** Standing instructions, kept apart from the prompt so that repository text never gains their authority. */
  readonly instructions?: string;
  /** The absolute directory to work in. */
  readonly directory: string;
  /** The vendor's own name of a model. Absent: the vendor's default. */
  readonly model?: string;
  /** The form the final answer must have. The caller validates it too. */
  readonly outputSchema?: JsonSchema;
  /** Continues this session instead of beginning one. */
  readonly resume?: SessionId;
  readonly access: 'read-only' | 'workspace';
  readonly limits: AgentLimits;
  /** Added to the allowlisted environment of the agent and of everything it starts. */
  readonly environment: Readonly<Record<string, string>>;
  /** Who asks. Every process of the run carries a mark of it (see `markFor`), so that it can be ended after any crash. */
  readonly origin: AgentOrigin;
}

export interface AgentLimits {
  /** The longest silence. A tool that is running is not silence. */
  readonly idleMs: number;
  /** The longest run. */
  readonly totalMs: number;
  /** The longest single tool call. */
  readonly toolMs: number;
  /** As the vendor counts them; ignored where the vendor cannot. */
  readonly maxTurns?: number;
}

export interface AgentOrigin {
  readonly run: RunId;
  readonly role: AgentRole;
  /** The attempt, or the look of a planner or pass. */
  readonly attempt?: AttemptId;
  /** Absent for a run that is about no single task. */
  readonly task?: TaskId;
  /** 1 for the first try at the task that counts, or for the first look of a pass, and so on. */
  readonly tryNumber: number;
  /** 1 for the first run of the agent within the attempt; each repair is one more. */
  readonly turn: number;
}

export type ProviderHealth =
  | { readonly status: 'ready'; readonly version: string }
  | {
      readonly status: 'not-installed' | 'not-signed-in' | 'unusable';
      readonly message: string;
      /** The command to type. */
      readonly hint: string;
    };

export interface Abortable {
  readonly signal?: AbortSignal;
}

/** Runs one kind of agent. */
export interface AgentProvider {
  readonly contract: 'agent-provider@1';
  /** Lower-case, unique among the providers of a config: `codex`. Rate limits and sign-in are per provider. */
  readonly id: string;
  /** False only when the name surely belongs to another vendor's model. */
  acceptsModel(model: string): boolean;
  /** Installed, which version, signed in. Never throws for "not ready", spends nothing. */
  check(options?: Abortable): Promise<ProviderHealth>;
  /**
   * Starts when iterated. Yields events in order and ends with exactly one `run.ended`. Whatever goes wrong with an
   * agent arrives as an outcome; a throw means a bug. Abort, or leaving the loop early, ends every process of the run.
   */
  run(request: AgentRequest, options?: Abortable): AsyncIterable<AgentEvent>;
}
