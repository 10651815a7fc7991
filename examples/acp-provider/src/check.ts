import { tmpdir } from 'node:os';
import { client, type InitializeResponse, PROTOCOL_VERSION } from '@agentclientprotocol/sdk';
import { type ProviderHealth, pause } from '@backlog-runner/contracts';
import { type AgentProcess, startAgent } from './agent-process.ts';
import { greet, wrongVersion } from './converse.ts';
import type { Setup } from './options.ts';

const LONGEST_CHECK_MS = 30_000;

/** Starts the agent, lets it introduce itself, and ends it. No session is begun, so nothing is spent. */
export async function checkAgent(setup: Setup, signal: AbortSignal | undefined): Promise<ProviderHealth> {
  const hint = [setup.command, ...setup.args].join(' ');
  const agent = await startAgent(setup, { directory: tmpdir(), environment: {}, run: 'check' });
  if ('problem' in agent) {
    const status = agent.isMissing ? 'not-installed' : 'unusable';
    return { status, message: `The agent did not start: ${agent.problem}`, hint };
  }
  const connection = client({ name: 'backlog-runner' }).connect(agent.messages);
  const late = new AbortController();
  const silence = pause(setup.system, LONGEST_CHECK_MS, AbortSignal.any([late.signal, ...(signal ? [signal] : [])]));
  const greeting = await Promise.race([greet(connection.agent).catch(() => undefined), silence]);
  late.abort();
  const health = greeting ? judge(greeting, hint) : await unusable(agent, hint);
  await agent.stop();
  connection.close();
  return health;
}

function judge(greeting: InitializeResponse, hint: string): ProviderHealth {
  if (greeting.protocolVersion !== PROTOCOL_VERSION) {
    return { status: 'unusable', message: wrongVersion(greeting), hint };
  }
  return { status: 'ready', version: greeting.agentInfo?.version ?? 'unknown' };
}

async function unusable(agent: AgentProcess, hint: string): Promise<ProviderHealth> {
  const { lastWords } = await agent.stop();
  return { status: 'unusable', message: `The agent did not introduce itself. ${lastWords}`.trim(), hint };
}
