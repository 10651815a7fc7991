import type { AgentRequest } from '@backlog-runner/contracts';

export interface CommandSettings {
  /** More `-c key=value` overrides of codex's config, as codex writes them. */
  readonly extraConfig: readonly string[];
  /** Lets the commands of an agent with workspace access reach the network. */
  readonly networkAccess: boolean;
  /** Runs an agent with workspace access without any sandbox. */
  readonly dangerouslyBypassSandbox: boolean;
}

export interface CommandInput {
  readonly request: AgentRequest;
  readonly settings: CommandSettings;
  /** Where the output schema was written. Absent: none is asked for. */
  readonly schemaFile?: string;
  /** Variables that codex itself needs and the commands it runs must not see. */
  readonly hiddenVariables: readonly string[];
}

export interface CommandLine {
  readonly args: readonly string[];
  readonly stdin: string;
}

/** Above this, instructions travel in the prompt: a whole command line has room for 32,767 characters on Windows. */
const LONGEST_INSTRUCTIONS = 12_000;

/** The line that works. Every flag comes before `resume`, which has hardly any of its own and forgets the sandbox. */
export function commandLine({ request, settings, schemaFile, hiddenVariables }: CommandInput): CommandLine {
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
  return { args, stdin: instructions === undefined || fits ? prompt : withInstructions(instructions, prompt) };
}

function sandbox({ access }: AgentRequest, { dangerouslyBypassSandbox }: CommandSettings): string[] {
  if (access === 'read-only') return ['-s', 'read-only'];
  return dangerouslyBypassSandbox ? ['--dangerously-bypass-approvals-and-sandbox'] : ['-s', 'workspace-write'];
}

function withInstructions(instructions: string, prompt: string): string {
  return `<standing-instructions>\n${instructions}\n</standing-instructions>\n\n${prompt}`;
}
