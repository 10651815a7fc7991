import { tmpdir } from 'node:os';
import type { AgentProvider } from '@backlog-runner/contracts';
import { checkClaude } from './check.ts';
import { claudeEnvironment } from './environment.ts';
import { type ClaudeOptions, setupOf } from './options.ts';
import { runClaude } from './run-claude.ts';

const OTHER_VENDORS = /^(gpt|chatgpt|codex|gemini|o\d)/i;

/**
 * Runs the installed `claude` CLI as an agent, with the user's own config and sign-in.
 *
 * claude has no sandbox of its own: an agent with workspace access may run any command unless `allowedTools` says
 * less. An agent with read-only access has no shell and no tool that writes.
 */
export function claude(options: ClaudeOptions = {}): AgentProvider {
  const setup = setupOf(options);
  return {
    contract: 'agent-provider@1',
    id: 'claude',
    acceptsModel: (model) => !OTHER_VENDORS.test(model),
    check({ signal } = {}) {
      const { command, system } = setup;
      const input = { command, environment: claudeEnvironment(setup.environment), directory: tmpdir(), system };
      return checkClaude(signal === undefined ? input : { ...input, signal });
    },
    run: (request, { signal } = {}) => runClaude(request, setup, signal),
  };
}
