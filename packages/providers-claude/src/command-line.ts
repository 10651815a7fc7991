import type { AgentRequest, SessionId } from '@backlog-runner/contracts';

export interface CommandSettings {
  /** What an agent with workspace access may use without asking, besides reading and editing there. */
  readonly allowedTools: readonly string[];
  /** Lets the repository's own settings, hooks and MCP servers run. */
  readonly dangerouslyRunRepositoryHooks: boolean;
  /** Lets an agent with workspace access do anything without asking. */
  readonly dangerouslySkipPermissions: boolean;
}

export interface CommandInput {
  readonly request: AgentRequest;
  readonly settings: CommandSettings;
  /** The session to continue or, when the request resumes none, to begin. */
  readonly session: SessionId;
  /** Holds what is added to the system prompt. Absent: nothing is. */
  readonly systemPromptFile?: string;
}

export interface CommandLine {
  readonly args: readonly string[];
  readonly stdin: string;
}

/** Above this, the schema travels in the prompt: a whole command line has room for 32,767 characters on Windows. */
const LONGEST_SCHEMA = 12_000;
/** The runner provides the workspaces and decides when an agent runs. */
const RUNNERS_OWN = 'EnterWorktree,ExitWorktree,CronCreate,CronDelete,ScheduleWakeup';

export function commandLine({ request, settings, session, systemPromptFile }: CommandInput): CommandLine {
  const { prompt, model, outputSchema, resume, limits } = request;
  const schema = outputSchema === undefined ? undefined : JSON.stringify(outputSchema);
  const fits = schema !== undefined && schema.length <= LONGEST_SCHEMA;
  const args = [
    ...['-p', '--output-format', 'stream-json', '--verbose'],
    ...permissions(request, settings),
    ...(settings.dangerouslyRunRepositoryHooks ? [] : ['--setting-sources', 'user', '--strict-mcp-config']),
    ...(resume === undefined ? ['--session-id', session] : ['--resume', session]),
    ...(model === undefined ? [] : [`--model=${model}`]),
    ...(limits.maxTurns === undefined ? [] : ['--max-turns', String(limits.maxTurns)]),
    ...(systemPromptFile === undefined ? [] : ['--append-system-prompt-file', systemPromptFile]),
    ...(fits ? ['--json-schema', schema] : []),
  ];
  return { args, stdin: schema === undefined || fits ? prompt : withSchema(prompt, schema) };
}

/** Read-only leaves out the shell: claude's own judgement of which commands only read is not a guarantee. */
function permissions({ access }: AgentRequest, settings: CommandSettings): string[] {
  if (access === 'read-only') return ['--permission-mode', 'default', '--tools', 'Read,Glob,Grep'];
  const mode = settings.dangerouslySkipPermissions
    ? ['--dangerously-skip-permissions']
    : ['--permission-mode', 'acceptEdits', '--allowedTools', settings.allowedTools.join(',')];
  return [...mode, '--disallowedTools', RUNNERS_OWN];
}

function withSchema(prompt: string, schema: string): string {
  return `${prompt}\n\nYour last message must be nothing but one JSON document that satisfies this schema:\n${schema}\n`;
}
