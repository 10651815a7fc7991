import { type AgentLimits, parseRepoPath, type RepoPath } from '@backlog-runner/contracts';
import type { Config, Preset, ValidationRoute } from './config.ts';

/** The profiles that stand for `validation.default`. */
export const DEFAULT_PROFILES: readonly string[] = ['repo', 'default'];

/** What a runner is told, but for its agents: the config with every default filled in. Times in milliseconds. */
export interface Settings {
  readonly workers: number;
  readonly useWorktrees: boolean;
  readonly sharedCheckout: boolean;
  readonly workspaceDirectory?: string;
  readonly copyFiles: readonly string[];
  readonly keep: readonly string[];
  readonly installCommand?: string;
  readonly repairCommand?: string;
  readonly validation: {
    readonly default: string;
    readonly profiles: Readonly<Record<string, string>>;
    readonly routing: readonly ValidationRoute[];
    readonly timeoutMs: number;
    readonly protectedPaths: readonly string[];
  };
  readonly uiPathPrefixes: readonly RepoPath[];
  readonly leaseTtlMs: number;
  readonly maxTries: number;
  readonly maxReturns: number;
  readonly backoff: Backoff;
  readonly providerBackoff: Backoff;
  readonly limits: AgentLimits;
  /** Absent: the branch that is checked out. */
  readonly branch?: string;
}

interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** What a preset means. */
export const PRESETS: Readonly<
  Record<Preset, { readonly workers: number; readonly max: number; readonly backoffSeconds: number }>
> = {
  safe: { workers: 1, max: 2, backoffSeconds: 120 },
  balanced: { workers: 2, max: 3, backoffSeconds: 30 },
  aggressive: { workers: 4, max: 3, backoffSeconds: 10 },
};

const DEFAULTS = {
  validation: 'bash scripts/backlog/validate.sh',
  validationSeconds: 1800,
  keep: ['node_modules'],
  ttlSeconds: 30,
  returns: 2,
  maxBackoffSeconds: 1800,
  idleMinutes: 10,
  totalMinutes: 60,
  toolMinutes: 30,
} as const;

const PROVIDER_BACKOFF: Backoff = { firstMs: MINUTE, maxMs: 30 * MINUTE };

export interface StartChoices {
  readonly workers?: number;
  readonly noWorktrees?: boolean;
}

/** The settings of a config, as the command line changes them. Without worktrees there is one worker. */
export function settingsOf(config: Config, choices: StartChoices = {}): Settings {
  const preset = PRESETS[config.preset ?? 'balanced'];
  const { validation = {}, workspace = {}, workspaceBootstrap: bootstrap = {}, attempts = {}, limits = {} } = config;
  const useWorktrees = !choices.noWorktrees && (workspace.useWorktrees ?? true);
  const backoffMs = (attempts.backoffSeconds ?? preset.backoffSeconds) * SECOND;
  return {
    workers: useWorktrees ? (choices.workers ?? workspace.workers ?? preset.workers) : 1,
    useWorktrees,
    sharedCheckout: workspace.sharedCheckout ?? false,
    ...(workspace.directory === undefined ? {} : { workspaceDirectory: workspace.directory }),
    copyFiles: workspace.copyFiles ?? [],
    keep: workspace.keep ?? DEFAULTS.keep,
    ...(bootstrap.installCommand === undefined ? {} : { installCommand: bootstrap.installCommand }),
    ...(bootstrap.repairCommand === undefined ? {} : { repairCommand: bootstrap.repairCommand }),
    validation: {
      default: validation.default ?? DEFAULTS.validation,
      profiles: validation.profiles ?? {},
      routing: validation.routing ?? [],
      timeoutMs: (validation.timeoutSeconds ?? DEFAULTS.validationSeconds) * SECOND,
      protectedPaths: validation.protectedPaths ?? [],
    },
    uiPathPrefixes: (config.classification?.uiPathPrefixes ?? []).flatMap((prefix) => parseRepoPath(prefix) ?? []),
    leaseTtlMs: (config.leases?.ttlSeconds ?? DEFAULTS.ttlSeconds) * SECOND,
    maxTries: attempts.max ?? preset.max,
    maxReturns: attempts.returns ?? DEFAULTS.returns,
    backoff: {
      firstMs: backoffMs,
      maxMs: Math.max(backoffMs, (attempts.maxBackoffSeconds ?? DEFAULTS.maxBackoffSeconds) * SECOND),
    },
    providerBackoff: PROVIDER_BACKOFF,
    limits: {
      idleMs: (limits.idleMinutes ?? DEFAULTS.idleMinutes) * MINUTE,
      totalMs: (limits.totalMinutes ?? DEFAULTS.totalMinutes) * MINUTE,
      toolMs: (limits.toolMinutes ?? DEFAULTS.toolMinutes) * MINUTE,
      ...(limits.maxTurns === undefined ? {} : { maxTurns: limits.maxTurns }),
    },
    ...(config.landing?.branch === undefined ? {} : { branch: config.landing.branch }),
  };
}
