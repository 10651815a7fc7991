import { type AgentLimits, type DiscoveryPass, parseRepoPath, type RepoPath } from '@backlog-runner/contracts';
import type { PassHeuristics } from '@backlog-runner/discovery';
import type { PassPolicy, PlannerPolicy } from '@backlog-runner/runner';
import type { Config, DiscoveryPassConfig, PlannerConfig, Preset, ValidationRoute } from './config.ts';
import { parseTimeSpan } from './time-span.ts';

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
  /** Absent: nothing is planned by itself. */
  readonly planner?: PlannerPolicy;
  /** Whether passes run by themselves. */
  readonly isDiscovering: boolean;
  readonly readyMark: number;
  readonly passes: readonly PassSettings[];
  /** Absent: the branch that is checked out. */
  readonly branch?: string;
}

/** One pass, whether or not it is enabled. */
export interface PassSettings extends Omit<PassPolicy, 'agent'> {
  readonly isEnabled: boolean;
  readonly description: string;
  readonly promptFile: RepoPath;
  readonly heuristics: PassHeuristics;
  /** A pass of a package. */
  readonly pass?: DiscoveryPass;
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

const PLANNING = { readyMark: 3, batch: 3, maxTries: 2, maxDepth: 3, pauseSeconds: 60 } as const;
const LONGEST_PAUSE = 6 * 60 * MINUTE;
const DISCOVERY = { readyMark: 3, every: '6h', maxCandidates: 3, maxPerDay: 10 } as const;

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
    ...plannerSettings(config.planner),
    isDiscovering: config.discovery?.enabled ?? false,
    readyMark: config.discovery?.readyMark ?? DISCOVERY.readyMark,
    passes: Object.entries(config.discovery?.passes ?? {}).map(([id, pass]) => passSettings(id, pass)),
    ...(config.landing?.branch === undefined ? {} : { branch: config.landing.branch }),
  };
}

function plannerSettings(planner: PlannerConfig = {}): Pick<Settings, 'planner'> {
  if (planner.enabled === false) return {};
  const { readyMark, batch, maxTries, maxDepth, pauseSeconds } = { ...PLANNING, ...planner };
  const firstMs = pauseSeconds * SECOND;
  return {
    planner: { readyMark, batch, maxTries, maxDepth, pause: { firstMs, maxMs: Math.max(firstMs, LONGEST_PAUSE) } },
  };
}

function passSettings(id: string, config: DiscoveryPassConfig): PassSettings {
  const { includePaths = [], excludePaths = [], capabilities = [] } = config.heuristics ?? {};
  const file = config.promptFile ?? `scripts/backlog/passes/${id}.md`;
  return {
    id,
    isEnabled: config.enabled ?? true,
    description: config.description ?? id,
    promptFile: parseRepoPath(file) ?? (file as RepoPath),
    heuristics: { includePaths, excludePaths, capabilities },
    trigger: config.trigger ?? 'low-queue',
    everyMs: parseTimeSpan(config.every ?? DISCOVERY.every) ?? 0,
    maxCandidates: config.maxCandidates ?? DISCOVERY.maxCandidates,
    maxPerDay: config.maxPerDay ?? DISCOVERY.maxPerDay,
    ...(config.pass ? { pass: config.pass } : {}),
  };
}
