import { AGENT_ROLES, type AgentProvider, type AgentRole, BacklogError } from '@backlog-runner/contracts';
import { suggest } from './suggest.ts';

/** What of an agent decides which models it takes. */
export type ModelTaker = Pick<AgentProvider, 'id' | 'acceptsModel'>;

/** Models by alias, then by the agent's id. */
export type Aliases = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Which agent plays a role and what the config says of its model. */
export interface RoleChoice<Taker extends ModelTaker> {
  readonly provider: Taker;
  readonly model?: string;
}

export interface AgentsQuestion<Taker extends ModelTaker> {
  readonly roles: Readonly<Record<AgentRole, RoleChoice<Taker>>>;
  readonly aliases: Aliases;
  /** `--tool`: the agent for every role. */
  readonly tool?: Taker;
  /** `--model`: the model for every role. */
  readonly model?: string;
}

/** Aliases that exist without being configured, as the vendors' own CLIs understand them. */
export const BUILT_IN_ALIASES: Aliases = {
  fast: { codex: 'gpt-5.4-mini', claude: 'haiku' },
  best: { codex: 'gpt-5.4', claude: 'opus' },
};

/**
 * Who plays each role with which model of its own vendor. No model ever reaches another vendor's agent: a configured
 * one is kept only while the role keeps its agent, an alias is read for the agent that plays, and everything else that
 * does not fit throws `MODEL_MISMATCH`.
 */
export function resolveAgents<Taker extends ModelTaker>(
  question: AgentsQuestion<Taker>,
): Readonly<Record<AgentRole, RoleChoice<Taker>>> {
  const { roles, aliases, tool, model } = question;
  if (model !== undefined && !isAlias(aliases, model)) refuseAmbiguous(question, model);
  const resolve = (role: AgentRole): RoleChoice<Taker> => {
    const configured = roles[role];
    const provider = tool ?? configured.provider;
    const resolved =
      model === undefined
        ? configuredModel(role, configured, provider, aliases)
        : askedModel(model, provider, aliases, tool !== undefined);
    return resolved === undefined ? { provider } : { provider, model: resolved };
  };
  const [ui, code, planner, discovery] = AGENT_ROLES;
  return { [ui]: resolve(ui), [code]: resolve(code), [planner]: resolve(planner), [discovery]: resolve(discovery) };
}

function askedModel(model: string, provider: ModelTaker, aliases: Aliases, isToolGiven: boolean): string {
  if (isAlias(aliases, model)) {
    const named = aliases[model]?.[provider.id];
    if (named !== undefined) return named;
    throw new BacklogError('MODEL_MISMATCH', `The alias \`${model}\` names no model for ${provider.id}.`, {
      hint: `Add \`models: { ${model}: { ${provider.id}: '…' } }\` to the config, or name the model itself.`,
    });
  }
  if (provider.acceptsModel(model)) return model;
  const meant = suggest(model, Object.keys(aliases));
  throw new BacklogError('MODEL_MISMATCH', `\`${model}\` is no model of ${provider.id}.`, {
    hint: meant
      ? `Did you mean \`--model ${meant}\`?`
      : isToolGiven
        ? `Leave \`--model\` out to use the default of ${provider.id}, or choose another \`--tool\`.`
        : 'Add the `--tool` that the model belongs to.',
  });
}

function refuseAmbiguous<Taker extends ModelTaker>({ roles, tool }: AgentsQuestion<Taker>, model: string): void {
  if (tool) return;
  const providers = [...new Set(AGENT_ROLES.map((role) => roles[role].provider.id))];
  if (providers.length === 1) return;
  throw new BacklogError(
    'MODEL_MISMATCH',
    `\`--model ${model}\` is ambiguous: the roles use ${providers.join(' and ')}.`,
    {
      hint: `Add the \`--tool\` that the model belongs to, or use an alias such as \`--model best\`.`,
    },
  );
}

function configuredModel(
  role: AgentRole,
  configured: RoleChoice<ModelTaker>,
  provider: ModelTaker,
  aliases: Aliases,
): string | undefined {
  const { model } = configured;
  const isOther = provider.id !== configured.provider.id;
  if (model === undefined) return undefined;
  if (isAlias(aliases, model)) {
    const named = aliases[model]?.[provider.id];
    if (named !== undefined || isOther) return named;
    throw new BacklogError(
      'MODEL_MISMATCH',
      `The alias \`${model}\` of the role ${role} names no model for ${provider.id}.`,
      {
        hint: `Add \`models: { ${model}: { ${provider.id}: '…' } }\` to the config.`,
      },
    );
  }
  if (isOther) return undefined;
  if (provider.acceptsModel(model)) return model;
  throw new BacklogError(
    'MODEL_MISMATCH',
    `The role ${role} gives ${provider.id} the model \`${model}\` of another vendor.`,
    {
      hint: `Correct \`providers.agents.${role}\` in the config.`,
    },
  );
}

function isAlias(aliases: Aliases, model: string): boolean {
  return Object.hasOwn(aliases, model);
}

/** The built-in aliases with those of a config over them. */
export function aliasesOf(configured: Aliases = {}): Aliases {
  const names = new Set([...Object.keys(BUILT_IN_ALIASES), ...Object.keys(configured)]);
  return Object.fromEntries([...names].map((name) => [name, { ...BUILT_IN_ALIASES[name], ...configured[name] }]));
}
