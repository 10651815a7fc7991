import {
  type AnyMessage,
  type ClientConnection,
  client,
  methods,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
} from '@agentclientprotocol/sdk';
import {
  type AgentEvent,
  type AgentOutcome,
  type AgentRequest,
  pause,
  type SessionId,
  type Usage,
} from '@backlog-runner/contracts';
import type { AgentProcess } from './agent-process.ts';
import { converse } from './converse.ts';
import { type Ear, listen } from './listen.ts';
import type { Setup } from './options.ts';
import { type Ending, outcomeOf } from './outcome.ts';
import { answerWith, isAllowed } from './permission.ts';
import { mergeTool, openTools } from './read-update.ts';
import { oneLine } from './untrusted.ts';
import { usageOf } from './usage.ts';
import { watchLimits } from './watch-limits.ts';

export interface Turn {
  /** Resolves when the agent and all it started have ended. Never rejects. */
  readonly ended: Promise<{ readonly outcome: AgentOutcome; readonly usage: Usage }>;
  /** Cuts it off. The first cause counts, and none once the agent has answered. */
  stop(cause: AgentOutcome): void;
}

export interface TurnInput {
  readonly agent: AgentProcess;
  readonly request: AgentRequest;
  readonly setup: Setup;
  readonly tell: (...events: readonly AgentEvent[]) => void;
}

/** How long an agent may take to confirm that it was cancelled. */
const CANCEL_MS = 2_000;

/** Puts one request to an agent that has just started, and hears it out. */
export function startTurn({ agent, request, setup, tell }: TurnInput): Turn {
  const { system } = setup;
  const cut = cutting();
  const ear = listen(request.directory, tell);
  const limits = watchLimits(request.limits, system, (failure) => cut.stop({ status: 'failed', failure }));
  let session: SessionId | undefined;
  let costBefore: number | undefined = 0;

  const hear = (message: AnyMessage) => {
    const concerns = ear.hear(message);
    limits.heard(openTools(ear.reading()));
    return concerns;
  };
  const connection = connect(agent, hear, permitter({ request, tell, ear, isCut: () => cut.cause() !== undefined }));
  const dialogue = converse(connection.agent, request, setup, {
    session(id) {
      session = id;
      tell({ type: 'session', session: id });
    },
    asked() {
      if (request.resume !== undefined) costBefore = ear.reading().cost;
      ear.asked();
    },
  }).catch((error: unknown): Ending['reply'] => ({ error }));

  const run = async () => {
    const first = await Promise.race([dialogue, cut.happened]);
    if (first === undefined && session !== undefined) {
      const cancelled = connection.agent.notify(methods.agent.session.cancel, { sessionId: session }).catch(() => {});
      await Promise.race([cancelled.then(() => dialogue), pause(system, CANCEL_MS)]);
    }
    limits.close();
    const end = await (first !== undefined && 'response' in first ? agent.close() : agent.stop());
    connection.close();
    ear.close();
    const reply = first ?? (await dialogue);
    const { answer, cost: after } = ear.reading();
    const asksForOutput = request.outputSchema !== undefined;
    const own = outcomeOf({ reply, end, answer, asksForOutput, command: setup.command, now: system.now() });
    const response = 'response' in reply ? reply.response : undefined;
    return {
      outcome: first === undefined ? (cut.cause() ?? own) : own,
      usage: usageOf(response, request.resume !== undefined, { before: costBefore, after }),
    };
  };
  return { ended: run(), stop: cut.stop };
}

interface Permitting extends Pick<TurnInput, 'request' | 'tell'> {
  readonly ear: Ear;
  readonly isCut: () => boolean;
}

/** Answers what the agent asks leave for, and says what it was refused. */
function permitter({ request, tell, ear, isCut }: Permitting) {
  return async ({ toolCall, options }: RequestPermissionRequest): Promise<RequestPermissionResponse> => {
    if (isCut()) return { outcome: { outcome: 'cancelled' } };
    const tool = mergeTool(ear.reading().tools.get(toolCall.toolCallId), toolCall);
    const allowed = await isAllowed(tool, request);
    const refused = oneLine(`The agent was not allowed to: ${tool.title || tool.kind}`);
    if (!allowed) tell({ type: 'warning', message: refused });
    return { outcome: answerWith(options, allowed) };
  };
}

/** The client's side of the protocol. Only what `hear` asks for reaches it: the library logs what it does not know. */
function connect(
  { messages }: AgentProcess,
  hear: (message: AnyMessage) => boolean,
  permit: (request: RequestPermissionRequest) => Promise<RequestPermissionResponse>,
): ClientConnection {
  const heard = new TransformStream<AnyMessage, AnyMessage>({
    transform(message, onward) {
      if (hear(message)) onward.enqueue(message);
    },
  });
  return client({ name: 'backlog-runner' })
    .onRequest(methods.client.session.requestPermission, ({ params }) => permit(params))
    .connect({ writable: messages.writable, readable: messages.readable.pipeThrough(heard) });
}

/** The first reason to cut a turn off. */
function cutting() {
  let cause: AgentOutcome | undefined;
  let resolve = () => {};
  const happened = new Promise<undefined>((done) => {
    resolve = () => done(undefined);
  });
  return {
    happened,
    cause: () => cause,
    stop(why: AgentOutcome) {
      cause ??= why;
      resolve();
    },
  };
}
