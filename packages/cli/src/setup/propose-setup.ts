import { type RecommendedPass, recommend } from '@backlog-runner/discovery';
import { roleConfigs } from '../choose-tools.ts';
import type { Config } from '../config.ts';
import type { SetupFacts } from './facts.ts';
import type { ProposedPass, SetupProposal } from './proposal.ts';

/** What suits a project, told without asking anybody: the same facts, the same proposal. */
export function proposeSetup(facts: SetupFacts): SetupProposal {
  const { config, detected, hasValidation, repository } = facts;
  const { installCommand } = config.workspaceBootstrap ?? {};
  const isInterfaceSettled = (config.classification?.uiPathPrefixes ?? []).length > 0;
  return {
    passes: recommend(repository).map((pass) => proposed(pass, config)),
    agents: proposedAgents(facts),
    ...(hasValidation || detected.checks.length === 0 ? {} : { validation: detected.checks.join(' && ') }),
    ...(installCommand !== undefined || detected.install === undefined ? {} : { installCommand: detected.install }),
    uiPathPrefixes: isInterfaceSettled ? [] : repository.uiDirectories.map((path) => `${path}/`),
  };
}

function proposed({ role, ...pass }: RecommendedPass, { providers }: Config): ProposedPass {
  const roles = roleConfigs(providers?.agents);
  const tool = role === undefined ? undefined : roles[role].tool;
  return typeof tool === 'string' && tool !== roles.discovery.tool ? { ...pass, tool } : pass;
}

/** Where the config names nobody, agents that can run. */
function proposedAgents({ config, readyAgents }: SetupFacts): SetupProposal['agents'] {
  const { code, ui } = config.providers?.agents ?? {};
  const [only] = readyAgents;
  if (code || ui || only === undefined) return {};
  const preferred = (name: string) => (readyAgents.includes(name) ? name : only);
  return { code: preferred('codex'), ui: preferred('claude') };
}
