import { allowedEnvironment, BASE_ENVIRONMENT_NAMES } from '@backlog-runner/subprocess';

type Source = Readonly<Record<string, string | undefined>>;

/** What claude reads for its set-up and sign-in. */
const VENDOR_PREFIXES = ['CLAUDE_', 'ANTHROPIC_', 'DISABLE_', 'MCP_'];
const VENDOR_NAMES = ['IS_SANDBOX'];
/** A cloud's credentials only come along when claude is told to use that cloud. */
const CLOUDS = {
  CLAUDE_CODE_USE_BEDROCK: ['AWS_'],
  CLAUDE_CODE_USE_VERTEX: ['GOOGLE_', 'GCLOUD_', 'CLOUDSDK_', 'CLOUD_ML_REGION', 'VERTEX_REGION_'],
  CLAUDE_CODE_USE_FOUNDRY: ['AZURE_'],
} as const;
/** What a claude around this process told its children. A new claude must not take it for its own. */
const OF_ANOTHER_CLAUDE = new Set([
  ...['CLAUDE_CODE_ENTRYPOINT', 'CLAUDE_CODE_EXECPATH', 'CLAUDE_CODE_SSE_PORT', 'CLAUDE_CODE_SESSION_ID'],
  ...['CLAUDE_CODE_CHILD_SESSION', 'CLAUDE_PROJECT_DIR', 'CLAUDE_ENV_FILE'],
]);

/** What claude gets of the runner's environment. */
export function claudeEnvironment(source: Source): Record<string, string> {
  const clouds = Object.entries(CLOUDS).flatMap(([name, prefixes]) => (isOn(source[name]) ? prefixes : []));
  const allowed = allowedEnvironment(source, {
    names: [...BASE_ENVIRONMENT_NAMES, ...VENDOR_NAMES],
    prefixes: [...VENDOR_PREFIXES, ...clouds],
  });
  return Object.fromEntries(Object.entries(allowed).filter(([name]) => !OF_ANOTHER_CLAUDE.has(name)));
}

const isOn = (value: string | undefined) => value !== undefined && !/^(0|false|no|off)?$/i.test(value);

/** How claude has to behave in an unattended run. The user's own retry count and memory setting are respected. */
export function unattendedSettings(environment: Source, toolMs: number): Record<string, string> {
  return {
    // Otherwise newer versions stay alive after their result for as long as such a task runs.
    CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
    CLAUDE_CODE_DISABLE_AUTO_MEMORY: environment.CLAUDE_CODE_DISABLE_AUTO_MEMORY ?? '1',
    CLAUDE_CODE_MAX_RETRIES: environment.CLAUDE_CODE_MAX_RETRIES ?? '3',
    DISABLE_AUTOUPDATER: '1',
    BASH_DEFAULT_TIMEOUT_MS: String(toolMs),
    BASH_MAX_TIMEOUT_MS: String(toolMs),
  };
}
