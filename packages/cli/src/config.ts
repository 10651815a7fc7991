import type { AgentProvider, DiscoveryPass } from '@backlog-runner/contracts';
import type { ClaudeOptions } from '@backlog-runner/providers-claude';
import type { CodexOptions } from '@backlog-runner/providers-codex';

/** Sensible numbers for how boldly a backlog is worked off; every one of them can be set by itself. */
export type Preset = 'safe' | 'balanced' | 'aggressive';

/** What `backlog.config.mjs` exports by default. Everything has a default. `docs/config.md` explains each key. */
export interface Config {
  readonly preset?: Preset;
  readonly validation?: ValidationConfig;
  readonly workspace?: WorkspaceConfig;
  readonly classification?: {
    /** A task all of whose touch paths lie below these is for the `ui` agent. */
    readonly uiPathPrefixes?: readonly string[];
  };
  readonly workspaceBootstrap?: {
    /** Run in a workspace before its first task, and again whenever a lockfile changed. */
    readonly installCommand?: string;
    /** Run when the install command failed, which is then tried once more. */
    readonly repairCommand?: string;
  };
  readonly providers?: ProvidersConfig;
  /** Aliases of models, by alias and then by provider: `{ best: { codex: 'gpt-5.4' } }`. */
  readonly models?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly planner?: PlannerConfig;
  readonly discovery?: DiscoveryConfig;
  readonly leases?: {
    /** After how long the tasks of a runner that is silent are free again. */
    readonly ttlSeconds?: number;
  };
  readonly attempts?: AttemptsConfig;
  readonly limits?: LimitsConfig;
  readonly landing?: {
    /** Where finished work lands. Absent: the branch that is checked out. */
    readonly branch?: string;
  };
}

export interface ValidationConfig {
  /** The shell command that judges every task no profile is routed to. Known as the profile `repo`. */
  readonly default?: string;
  readonly profiles?: Readonly<Record<string, string>>;
  readonly routing?: readonly ValidationRoute[];
  readonly timeoutSeconds?: number;
  /** Further files that a task may only change when its touch paths name them exactly. */
  readonly protectedPaths?: readonly string[];
}

export interface ValidationRoute {
  readonly profile: string;
  readonly pathPrefixes: readonly string[];
}

export interface WorkspaceConfig {
  /** How many tasks run at once. */
  readonly workers?: number;
  readonly useWorktrees?: boolean;
  /** People work in this checkout while the runner works: what changes there is told and quarantines no attempt. */
  readonly sharedCheckout?: boolean;
  /** Where worktrees are kept; outside the repository. */
  readonly directory?: string;
  /** Files git ignores that every workspace needs, such as `.env.local`, as patterns of `.gitignore`. */
  readonly copyFiles?: readonly string[];
  /** What git ignores and a workspace keeps from one task to the next, as patterns of `.gitignore`. */
  readonly keep?: readonly string[];
}

export interface ProvidersConfig {
  readonly agents?: {
    readonly ui?: AgentConfig;
    readonly code?: AgentConfig;
    readonly planner?: AgentConfig;
    readonly discovery?: AgentConfig;
  };
  /** Options of the built-in agents, and further agents, by the name that `tool` and `--tool` use. */
  readonly tools?: {
    readonly codex?: CodexConfig | AgentProvider;
    readonly claude?: ClaudeConfig | AgentProvider;
  } & { readonly [name: string]: AgentProvider | CodexConfig | ClaudeConfig | undefined };
}

export type CodexConfig = Pick<CodexOptions, 'command' | 'extraConfig' | 'networkAccess' | 'dangerouslyBypassSandbox'>;
export type ClaudeConfig = Pick<
  ClaudeOptions,
  'command' | 'allowedTools' | 'dangerouslyRunRepositoryHooks' | 'dangerouslySkipPermissions'
>;

export interface AgentConfig {
  /** The name of an agent, or the agent itself. */
  readonly tool: string | AgentProvider;
  /** The vendor's own name, or an alias of `models`. */
  readonly model?: string;
}

export interface PlannerConfig {
  /** Whether planned and failed tasks are refined by themselves. */
  readonly enabled?: boolean;
  /** It looks while fewer tasks than this are ready to run. */
  readonly readyMark?: number;
  /** At how many tasks it looks at once. */
  readonly batch?: number;
  /** How many plans for a task may come to nothing before it is left for a person. */
  readonly maxTries?: number;
  /** How often what came of a plan may be planned again. */
  readonly maxDepth?: number;
  /** The pause after a batch of which nothing came, doubled with each further one. */
  readonly pauseSeconds?: number;
}

export interface DiscoveryConfig {
  readonly enabled?: boolean;
  /** Passes look while fewer tasks than this wait to be done. */
  readonly readyMark?: number;
  readonly passes?: Readonly<Record<string, DiscoveryPassConfig>>;
}

export interface DiscoveryPassConfig {
  readonly enabled?: boolean;
  readonly description?: string;
  readonly promptFile?: string;
  readonly runner?: AgentConfig;
  readonly heuristics?: {
    readonly includePaths?: readonly string[];
    readonly excludePaths?: readonly string[];
    readonly capabilities?: readonly string[];
  };
  /** The shortest time between two runs of the pass, such as `12h` or `7d`. */
  readonly every?: string;
  /** How many candidates one run may propose. */
  readonly maxCandidates?: number;
  /** How many of its candidates may be admitted within 24 hours. */
  readonly maxPerDay?: number;
  /** What starts it. */
  readonly trigger?: PassTrigger;
  /** A pass of a package. Absent: a built-in one by its id, or an agent that is asked by the prompt file. */
  readonly pass?: DiscoveryPass;
}

/** `low-queue`: when there is little to do. `schedule`: whatever there is to do. `manual`: only `pass run`. */
export type PassTrigger = 'low-queue' | 'schedule' | 'manual';

export interface AttemptsConfig {
  /** How often a task may fail before it is `failed`. */
  readonly max?: number;
  /** How often one attempt goes back to its agent with what the validation found. */
  readonly returns?: number;
  /** The pause after a failed attempt, doubled with each further one. */
  readonly backoffSeconds?: number;
  readonly maxBackoffSeconds?: number;
}

export interface LimitsConfig {
  /** The longest silence of an agent; a tool that runs is not silence. */
  readonly idleMinutes?: number;
  readonly totalMinutes?: number;
  /** The longest single tool call. */
  readonly toolMinutes?: number;
  readonly maxTurns?: number;
}

/** Gives an editor the types of the config. Changes nothing. */
export function defineConfig(config: Config): Config {
  return config;
}
