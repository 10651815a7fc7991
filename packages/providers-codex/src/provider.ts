import { tmpdir } from 'node:os';
import type { AgentProvider } from '@backlog-runner/contracts';
import { checkCodex } from './check.ts';
import { type CodexOptions, setupOf } from './options.ts';
import { runCodex } from './run-codex.ts';
import { vendorSetup } from './vendor-setup.ts';

const OTHER_VENDORS = /^(claude|haiku|sonnet|opus|gemini)/i;

/**
 * Runs the installed `codex` CLI as an agent, in its own sandbox, with the user's own config and sign-in.
 *
 * The usage of a resumed session is the difference of what codex recorded before and after; where that record cannot
 * be read, none is reported. Instructions count for a session from its first run: codex keeps those it began with.
 */
export function codex(options: CodexOptions = {}): AgentProvider {
  const setup = setupOf(options);
  return {
    contract: 'agent-provider@1',
    id: 'codex',
    acceptsModel: (model) => !OTHER_VENDORS.test(model),
    async check({ signal } = {}) {
      const { command, system } = setup;
      const { environment, hasOwnProvider } = await vendorSetup(setup);
      const input = { command, environment: environment.variables, hasOwnProvider, directory: tmpdir(), system };
      return checkCodex(signal === undefined ? input : { ...input, signal });
    },
    run: (request, { signal } = {}) => runCodex(request, setup, signal),
  };
}
