import {
  type ClientContext,
  type InitializeResponse,
  methods,
  type NewSessionResponse,
  PROTOCOL_VERSION,
  type PromptResponse,
} from '@agentclientprotocol/sdk';
import type { AgentRequest, SessionId } from '@backlog-runner/contracts';
import type { Setup } from './options.ts';
import { promptBlocks } from './prompt.ts';

/** How the agent took a request, or why it was not even put to it. */
export type Reply = { readonly response: PromptResponse } | { readonly refusal: string };

export interface Listener {
  session(session: SessionId): void;
  /** From here on the agent's updates are about this request; before, they may repeat what the session held. */
  asked(): void;
}

/** The whole dialogue of one run. Throws what the protocol's library throws. */
export async function converse(
  agent: ClientContext,
  request: AgentRequest,
  setup: Setup,
  listener: Listener,
): Promise<Reply> {
  const greeting = await greet(agent);
  if (greeting.protocolVersion !== PROTOCOL_VERSION) return { refusal: wrongVersion(greeting) };
  const session = await openSession(agent, request, greeting);
  if (session === undefined) return { refusal: 'The agent cannot go on with an earlier session.' };
  listener.session(session.sessionId as SessionId);
  const refusal = (await chooseMode(agent, session, request, setup)) ?? (await chooseModel(agent, session, request));
  if (refusal !== undefined) return { refusal };
  listener.asked();
  const { sessionId } = session;
  return { response: await agent.request(methods.agent.session.prompt, { sessionId, prompt: promptBlocks(request) }) };
}

/** The first exchange, which costs nothing. Files and terminals are the agent's own business. */
export function greet(agent: ClientContext): Promise<InitializeResponse> {
  return agent.request(methods.agent.initialize, {
    protocolVersion: PROTOCOL_VERSION,
    clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
    clientInfo: { name: 'backlog-runner', version: '1' },
  });
}

export const wrongVersion = ({ protocolVersion }: InitializeResponse): string =>
  `The agent speaks version ${protocolVersion} of the protocol, and this provider version ${PROTOCOL_VERSION}.`;

async function openSession(
  agent: ClientContext,
  { directory: cwd, resume }: AgentRequest,
  { agentCapabilities = {} }: InitializeResponse,
): Promise<NewSessionResponse | undefined> {
  const place = { cwd, mcpServers: [] };
  if (resume === undefined) return agent.request(methods.agent.session.new, place);
  const known = { sessionId: resume, ...place };
  if (agentCapabilities.sessionCapabilities?.resume) {
    return { ...known, ...(await agent.request(methods.agent.session.resume, known)) };
  }
  if (!agentCapabilities.loadSession) return undefined;
  return { ...known, ...(await agent.request(methods.agent.session.load, known)) };
}

async function chooseMode(
  agent: ClientContext,
  session: NewSessionResponse,
  { access }: AgentRequest,
  { mode, readOnlyMode }: Setup,
): Promise<string | undefined> {
  const wanted = access === 'read-only' ? readOnlyMode : mode;
  const { sessionId, modes } = session;
  if (wanted === undefined || wanted === modes?.currentModeId) return undefined;
  if (modes?.availableModes.some(({ id }) => id === wanted)) {
    await agent.request(methods.agent.session.setMode, { sessionId, modeId: wanted });
    return undefined;
  }
  const offered = modes?.availableModes.map(({ id }) => id) ?? [];
  return choose(agent, session, { category: 'mode', wanted, offered });
}

const chooseModel = async (agent: ClientContext, session: NewSessionResponse, { model }: AgentRequest) =>
  model === undefined ? undefined : choose(agent, session, { category: 'model', wanted: model, offered: [] });

interface Choice {
  readonly category: 'mode' | 'model';
  readonly wanted: string;
  /** What the agent offers elsewhere than among its options. */
  readonly offered: readonly string[];
}

/** Sets the option of that category. Answers why not, when the agent does not offer what is wanted. */
async function choose(
  agent: ClientContext,
  { sessionId, configOptions }: NewSessionResponse,
  { category, wanted, offered }: Choice,
): Promise<string | undefined> {
  const options = (configOptions ?? []).flatMap((option) =>
    option.category === category && option.type === 'select' ? [option] : [],
  );
  const valuesOf = (option: (typeof options)[number]) =>
    option.options.flatMap((entry) => ('value' in entry ? [entry.value] : entry.options.map(({ value }) => value)));
  const fitting = options.find((option) => valuesOf(option).includes(wanted));
  if (fitting === undefined) {
    const names = [...offered, ...options.flatMap(valuesOf)].join(', ') || 'none';
    return `The agent has no ${category} ${wanted}; it offers: ${names}.`;
  }
  await agent.request(methods.agent.session.setConfigOption, { sessionId, configId: fitting.id, value: wanted });
  return undefined;
}
