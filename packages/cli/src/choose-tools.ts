import { AGENT_ROLES, type AgentProvider, type AgentRole, BacklogError } from '@backlog-runner/contracts';
import type { AgentConfig, Config } from './config.ts';
import { isProvider } from './provider-value.ts';
import { suggest } from './suggest.ts';

/** The tool and model of each role, names still being names. */
export type RoleConfigs = Readonly<Record<AgentRole, AgentConfig>>;

/** Fills roles the config says nothing of: `ui` and `code` stand in for each other, the rest follow `code`. */
export function roleConfigs(agents: NonNullable<Config['providers']>['agents'] = {}): RoleConfigs {
  const code = agents.code ?? agents.ui ?? { tool: 'codex' };
  const ui = agents.ui ?? agents.code ?? { tool: 'claude' };
  return { ui, code, planner: agents.planner ?? code, discovery: agents.discovery ?? agents.planner ?? code };
}

export interface ToolBox {
  readonly tools: NonNullable<NonNullable<Config['providers']>['tools']>;
  /** Makes a built-in agent from its options. */
  readonly builtIn: Readonly<Record<string, (options: object) => Promise<AgentProvider>>>;
}

/**
 * The agents behind names and values. A name gives one agent however often it is asked for. Throws `PROVIDER_UNKNOWN`
 * for a name nothing provides, `CONFIG_INVALID` when two different agents share an id.
 */
export function toolChooser({ tools, builtIn }: ToolBox): (tool: string | AgentProvider) => Promise<AgentProvider> {
  const made = new Map<string, AgentProvider>();
  const byId = new Map<string, AgentProvider>();
  const named = async (name: string): Promise<AgentProvider> => {
    const known = made.get(name);
    if (known) return known;
    const configured = tools[name];
    const make = builtIn[name];
    const provider = isProvider(configured) ? configured : await make?.(configured ?? {});
    if (!provider) throw unknownTool(name, [...Object.keys(builtIn), ...Object.keys(tools)]);
    made.set(name, provider);
    return provider;
  };
  return async (tool) => {
    const provider = typeof tool === 'string' ? await named(tool) : tool;
    const same = byId.get(provider.id);
    if (same && same !== provider) throw twoWithOneId(provider.id);
    byId.set(provider.id, provider);
    return provider;
  };
}

/** The agents of all roles, each made once. */
export async function chooseAll(
  choose: (tool: string | AgentProvider) => Promise<AgentProvider>,
  roles: RoleConfigs,
): Promise<Readonly<Record<AgentRole, { readonly provider: AgentProvider; readonly model?: string }>>> {
  const chosen = new Map<AgentRole, { readonly provider: AgentProvider; readonly model?: string }>();
  for (const role of AGENT_ROLES) {
    const { tool, model } = roles[role];
    const provider = await choose(tool);
    chosen.set(role, model === undefined ? { provider } : { provider, model });
  }
  return Object.fromEntries(chosen) as Record<AgentRole, { provider: AgentProvider; model?: string }>;
}

function unknownTool(name: string, known: readonly string[]): BacklogError {
  const meant = suggest(name, known);
  return new BacklogError('PROVIDER_UNKNOWN', `Nothing provides an agent called \`${name}\`.`, {
    hint: meant
      ? `Did you mean \`${meant}\`?`
      : `Choose one of ${[...new Set(known)].join(', ')}, or add it under \`providers.tools\` in the config.`,
    details: { name },
  });
}

function twoWithOneId(id: string): BacklogError {
  return new BacklogError('CONFIG_INVALID', `The config makes two different agents with the id \`${id}\`.`, {
    hint: `Make the agent once, as \`const agent = …\`, and use it everywhere; or put it under \`providers.tools\`.`,
    details: { id },
  });
}
