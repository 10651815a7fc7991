import type { JsonSchema } from '@backlog-runner/contracts';

const text: JsonSchema = { type: 'string', pattern: '\\S' };
const texts: JsonSchema = { type: 'array', items: text };
const flag: JsonSchema = { type: 'boolean' };
const positive: JsonSchema = { type: 'integer', minimum: 1 };
const duration: JsonSchema = { type: 'number', exclusiveMinimum: 0 };
/** See `config-keywords.ts`: paths that stay in the project. */
const paths: JsonSchema = { type: 'array', items: { ...text, projectPath: true } };

const closed = (properties: Record<string, JsonSchema>, required: readonly string[] = []): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});
const named = (value: JsonSchema): JsonSchema => ({
  type: 'object',
  propertyNames: { pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' },
  additionalProperties: value,
});

/** Ids that are also names of files and parts of refs. */
const passesById = (value: JsonSchema): JsonSchema => ({
  type: 'object',
  propertyNames: { pattern: '^[a-z0-9][a-z0-9-]{0,63}$' },
  additionalProperties: value,
});

/** `toolName`: the name of an agent or the agent itself. */
const agent = closed({ tool: { toolName: true }, model: text }, ['tool']);

const discoveryPass = closed({
  enabled: flag,
  description: text,
  promptFile: { ...text, projectPath: true },
  runner: agent,
  heuristics: closed({ includePaths: paths, excludePaths: paths, capabilities: texts }),
  every: { ...text, timeSpan: true },
  maxCandidates: positive,
  maxPerDay: positive,
  trigger: { enum: ['low-queue', 'schedule', 'manual'] },
  pass: { discoveryPass: true },
});

/** The form of a config, but for the values of `providers.tools`. The keywords `toolName`, `projectPath`, `timeSpan` and `discoveryPass` are ours. */
export const CONFIG_SCHEMA: JsonSchema = closed({
  preset: { enum: ['safe', 'balanced', 'aggressive'] },
  validation: closed({
    default: text,
    profiles: named(text),
    routing: { type: 'array', items: closed({ profile: text, pathPrefixes: paths }, ['profile', 'pathPrefixes']) },
    timeoutSeconds: duration,
    protectedPaths: paths,
  }),
  workspace: closed({
    workers: { type: 'integer', minimum: 1, maximum: 64 },
    useWorktrees: flag,
    sharedCheckout: flag,
    directory: text,
    copyFiles: texts,
    keep: texts,
  }),
  classification: closed({ uiPathPrefixes: paths }),
  workspaceBootstrap: closed({ installCommand: text, repairCommand: text }),
  providers: closed({
    agents: closed({ ui: agent, code: agent, planner: agent, discovery: agent }),
    tools: named({}),
  }),
  models: named(named(text)),
  planner: closed({
    enabled: flag,
    readyMark: positive,
    batch: positive,
    maxTries: positive,
    maxDepth: positive,
    pauseSeconds: { type: 'number', minimum: 0 },
  }),
  discovery: closed({ enabled: flag, readyMark: positive, passes: passesById(discoveryPass) }),
  leases: closed({ ttlSeconds: { type: 'number', minimum: 1 } }),
  attempts: closed({
    max: positive,
    returns: { type: 'integer', minimum: 0, maximum: 2 },
    backoffSeconds: { type: 'number', minimum: 0 },
    maxBackoffSeconds: { type: 'number', minimum: 0 },
  }),
  limits: closed({ idleMinutes: duration, totalMinutes: duration, toolMinutes: duration, maxTurns: positive }),
  landing: closed({ branch: text }),
});

/** What a built-in agent may be told, by the agent's name. */
export const TOOL_OPTIONS: Readonly<Record<'codex' | 'claude', JsonSchema>> = {
  codex: closed({ command: text, extraConfig: texts, networkAccess: flag, dangerouslyBypassSandbox: flag }),
  claude: closed({
    command: text,
    allowedTools: texts,
    dangerouslyRunRepositoryHooks: flag,
    dangerouslySkipPermissions: flag,
  }),
};
