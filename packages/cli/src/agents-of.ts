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

/** Whom a run may ask. */
export interface Agents {
  readonly roles: Roles;
  /** Of passes that name an agent of their own, by the id of the pass. */
  readonly passes: ReadonlyMap<string, RoleChoice<AgentProvider>>;
}

type Roles = Readonly<Record<AgentRole, RoleChoice<AgentProvider>>>;

/** Who plays each role with which model, by the config and what the command line asks for instead. */
export async function agentsOf(config: Config, asked: AskedAgents, around: BuiltInToolsOptions): Promise<Roles> {
  return (await allAgentsOf(config, asked, around)).roles;
}

/** The agents of all roles and of all passes, each made once. */
export async function allAgentsOf(
  config: Config,
  { tool, model }: AskedAgents,
  around: BuiltInToolsOptions,
): Promise<Agents> {
  const { agents, tools = {} } = config.providers ?? {};
  const choose = toolChooser({ tools, builtIn: builtInTools(around) });
  const question = {
    aliases: aliasesOf(config.models),
    ...(tool === undefined ? {} : { tool: await choose(tool) }),
    ...(model === undefined ? {} : { model }),
  };
  const roles = resolveAgents({ roles: await chooseAll(choose, roleConfigs(agents)), ...question });
  const passes = new Map<string, RoleChoice<AgentProvider>>();
  for (const [id, { runner }] of Object.entries(config.discovery?.passes ?? {})) {
    if (!runner) continue;
    const all = { ui: runner, code: runner, planner: runner, discovery: runner };
    passes.set(id, resolveAgents({ roles: await chooseAll(choose, all), ...question }).discovery);
  }
  return { roles, passes };
}
