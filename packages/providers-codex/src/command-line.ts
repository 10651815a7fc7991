import type { AgentRequest } from '@backlog-runner/contracts';

export interface CommandSettings {
  /** More `-c key=value` overrides of codex's config, as codex writes them. */
  readonly extraConfig: readonly string[];
  /** Lets the commands of an agent with workspace access reach the network. */
  readonly networkAccess: boolean;
  /** Runs an agent with workspace access without any sandbox. */
  readonly dangerouslyBypassSandbox: boolean;
  /** Lets the repository's own `.codex` folder configure codex: its hooks and servers run outside the sandbox. */
  readonly dangerouslyTrustRepositoryConfig: boolean;
}

export interface CommandInput {
  readonly request: AgentRequest;
  readonly settings: CommandSettings;
  /** Where the output schema was written. Absent: none is asked for. */
  readonly schemaFile?: string;
  /** Variables that codex itself needs and the commands it runs must not see. */
  readonly hiddenVariables: readonly string[];
  /** What the repository says to agents, when codex is kept from reading it. */
  readonly guidance: readonly string[];
  /** The directory and all those above it, as the file system names them. */
  readonly directories: readonly string[];
}

export interface CommandLine {
  readonly args: readonly string[];
  readonly stdin: string;
}

/** Above this, instructions travel in the prompt: a whole command line has room for 32,767 characters on Windows. */
const LONGEST_INSTRUCTIONS = 12_000;

/** The line that works. Every flag comes before `resume`, which has hardly any of its own and forgets the sandbox. */
export function commandLine({
  request,
  settings,
  schemaFile,
  hiddenVariables,
  guidance,
  directories,
}: CommandInput): CommandLine {
  const { instructions, prompt, directory, model, resume } = request;
  const fits = instructions !== undefined && instructions.length <= LONGEST_INSTRUCTIONS;
  const config = [
    'check_for_update_on_startup=false',
    'analytics.enabled=false',
    // A login shell would reset PATH from the files in /etc.
    'allow_login_shell=false',
    'shell_environment_policy.inherit="all"',
    'shell_environment_policy.include_only=[]',
    `shell_environment_policy.exclude=${JSON.stringify(hiddenVariables)}`,
    'sandbox_workspace_write.exclude_slash_tmp=true',
    trust(directories, settings.dangerouslyTrustRepositoryConfig ? 'trusted' : 'untrusted'),
    ...(settings.networkAccess ? ['sandbox_workspace_write.network_access=true'] : []),
    ...(fits ? [`developer_instructions=${JSON.stringify(instructions)}`] : []),
    ...settings.extraConfig,
  ];
  const args = [
    ...['exec', '--json', '--skip-git-repo-check', '-C', directory],
    ...sandbox(request, settings),
    ...(model === undefined ? [] : [`--model=${model}`]),
    // Without network it would otherwise wait for ever.
    ...['--disable', 'unbounded_connection_retries', '--disable', 'plugins', '--disable', 'apps'],
    ...config.flatMap((entry) => ['-c', entry]),
    ...(schemaFile === undefined ? [] : ['--output-schema', schemaFile]),
    ...(resume === undefined ? [] : ['resume', resume]),
    '-',
  ];
  const preface = [
    ...(instructions === undefined || fits ? [] : [section('standing-instructions', instructions)]),
    ...guidance.map((text) => section('repository-guidance', text)),
  ];
  return { args, stdin: [...preface, prompt].join('') };
}

function sandbox({ access }: AgentRequest, { dangerouslyBypassSandbox }: CommandSettings): string[] {
  if (access === 'read-only') return ['-s', 'read-only'];
  return dangerouslyBypassSandbox ? ['--dangerously-bypass-approvals-and-sandbox'] : ['-s', 'workspace-write'];
}

/**
 * A worktree is trusted when the user once trusted the main checkout, although an agent wrote what is in it. Each
 * directory is looked up by itself.
 */
function trust(directories: readonly string[], level: 'trusted' | 'untrusted'): string {
  return `projects={${directories.map((directory) => `${JSON.stringify(directory)}={trust_level="${level}"}`).join(',')}}`;
}

const section = (name: string, text: string) => `<${name}>\n${text}\n</${name}>\n\n`;
