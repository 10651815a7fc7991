import type { AgentProvider } from '@backlog-runner/contracts';
import { checkAgent } from './check.ts';
import { type AcpOptions, setupOf } from './options.ts';
import { runAgent } from './run-agent.ts';

/**
 * Runs any agent that speaks version 1 of the Agent Client Protocol on its standard streams.
 *
 * What an agent asks leave for is answered by the access of the request. What it does without asking is up to the
 * agent's own mode and sandbox: the protocol has none.
 */
export function acp(options: AcpOptions): AgentProvider {
  const setup = setupOf(options);
  return {
    contract: 'agent-provider@1',
    id: options.id ?? 'acp',
    // Which models there are is known to the agent alone, and only once a session has begun.
    acceptsModel: () => true,
    check: ({ signal } = {}) => checkAgent(setup, signal),
    run: (request, { signal } = {}) => runAgent(request, setup, signal),
  };
}
