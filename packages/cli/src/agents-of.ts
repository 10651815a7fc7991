import type { AgentProvider, AgentRole } from '@backlog-runner/contracts';
import { type BuiltInToolsOptions, builtInTools } from './built-in-tools.ts';
import { chooseAll, roleConfigs, toolChooser } from './choose-tools.ts';
import type { Config } from './config.ts';
import { aliasesOf, type RoleChoice, resolveAgents } from './resolve-agents.ts';

export interface AskedAgents {
  /** `--tool` */
  readonly tool: string | undefined;
  /** `--model` */
  readonly model: string | undefined;
}

/** Who plays each role with which model, by the config and what the command line asks for instead. */
export async function agentsOf(
  config: Config,
  { tool, model }: AskedAgents,
  around: BuiltInToolsOptions,
): Promise<Readonly<Record<AgentRole, RoleChoice<AgentProvider>>>> {
  const { agents, tools = {} } = config.providers ?? {};
  const choose = toolChooser({ tools, builtIn: builtInTools(around) });
  return resolveAgents({
    roles: await chooseAll(choose, roleConfigs(agents)),
    aliases: aliasesOf(config.models),
    ...(tool === undefined ? {} : { tool: await choose(tool) }),
    ...(model === undefined ? {} : { model }),
  });
}
