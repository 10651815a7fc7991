import type { Config } from '../config.ts';
import type { ConfigEdit, ConfigValue } from '../config-source/config-edit.ts';
import { managedText } from './managed-text.ts';
import type { ProposedPass, SetupProposal } from './proposal.ts';

/** What setting up changes: the config, and the prompts of new passes. */
export interface SetupPlan {
  readonly edits: readonly ConfigEdit[];
  /** By path from the project directory. */
  readonly prompts: readonly { readonly path: string; readonly text: string }[];
  /** The proposed passes that are there already and stay as they are. */
  readonly kept: readonly string[];
}

/** Lays a proposal over a config. What the config says already stays; a proposal that was carried out changes nothing. */
export function planSetup(proposal: SetupProposal, config: Config): SetupPlan {
  const existing = config.discovery?.passes ?? {};
  const fresh = proposal.passes.filter(({ id }) => !Object.hasOwn(existing, id));
  const set = (path: string, value: ConfigValue): ConfigEdit => ({ do: 'set', path: path.split('.'), value });
  const { agents, validation, installCommand, uiPathPrefixes } = proposal;
  return {
    edits: [
      ...(validation === undefined ? [] : [set('validation.default', validation)]),
      ...(installCommand === undefined ? [] : [set('workspaceBootstrap.installCommand', installCommand)]),
      ...(uiPathPrefixes.length === 0 ? [] : [set('classification.uiPathPrefixes', uiPathPrefixes)]),
      ...(agents.code ? [set('providers.agents.code', { tool: agents.code })] : []),
      ...(agents.ui ? [set('providers.agents.ui', { tool: agents.ui })] : []),
      ...passEdits(fresh, config),
    ],
    prompts: fresh.flatMap(({ id, prompt }) =>
      prompt === undefined ? [] : [{ path: promptPath(id), text: managedText(prompt) }],
    ),
    kept: proposal.passes.filter(({ id }) => Object.hasOwn(existing, id)).map(({ id }) => id),
  };
}

/** What is not there at all is added in one piece. */
function passEdits(fresh: readonly ProposedPass[], { discovery }: Config): readonly ConfigEdit[] {
  if (fresh.length === 0) return [];
  const entries = fresh.map((pass) => [pass.id, entryOf(pass)] as const);
  const whole = { enabled: true, passes: Object.fromEntries(entries) };
  if (discovery === undefined) return [{ do: 'set', path: ['discovery'], value: whole }];
  return [
    ...(discovery.enabled === undefined ? [{ do: 'set', path: ['discovery', 'enabled'], value: true } as const] : []),
    ...entries.map(([id, value]): ConfigEdit => ({ do: 'set', path: ['discovery', 'passes', id], value })),
  ];
}

function promptPath(id: string): string {
  return `scripts/backlog/passes/${id}.md`;
}

/** The entry of a pass in the config, without what says nothing. */
function entryOf({ description, every, maxCandidates, tool, heuristics: own }: ProposedPass): ConfigValue {
  const heuristics = Object.fromEntries(Object.entries(own).filter(([, values]) => values.length > 0));
  return {
    enabled: true,
    description,
    every,
    maxCandidates,
    ...(Object.keys(heuristics).length > 0 ? { heuristics } : {}),
    ...(tool === undefined ? {} : { runner: { tool } }),
  };
}
