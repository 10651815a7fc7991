import type { AgentProvider } from '@backlog-runner/contracts';

const CONTRACT: AgentProvider['contract'] = 'agent-provider@1';

/** Whether a value of a config is an agent, rather than options for one. */
export function isProvider(value: unknown): value is AgentProvider {
  return providerProblem(value) === undefined;
}

/** Whether a value means to be an agent, of whatever version. */
export function claimsToBeProvider(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'contract' in value;
}

/** Why a value is no agent that can be used here. */
export function providerProblem(value: unknown): string | undefined {
  if (typeof value === 'function') return 'is a function; call it, as in `tool: acme()`';
  if (!claimsToBeProvider(value)) return 'must be the name of an agent or the agent itself';
  const provider = value as Partial<Record<keyof AgentProvider, unknown>>;
  if (provider.contract !== CONTRACT) {
    return `is made for the contract \`${String(provider.contract)}\`, and this version of backlog-runner needs \`${CONTRACT}\``;
  }
  if (typeof provider.id !== 'string' || !/^[a-z0-9][a-z0-9._-]*$/.test(provider.id)) {
    return 'is an agent whose `id` is not a lower-case name';
  }
  const missing = (['acceptsModel', 'check', 'run'] as const).find((name) => typeof provider[name] !== 'function');
  return missing ? `is an agent without \`${missing}()\`` : undefined;
}
