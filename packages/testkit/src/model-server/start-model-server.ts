import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { anthropicMessages } from './anthropic-messages.ts';
import { type Agent, prepareClient } from './client-setup.ts';
import type { ModelPlan, ModelStep, ModelTurn } from './model-turn.ts';
import { openaiResponses } from './openai-responses.ts';
import { type Dialect, type Json, json, type Reply } from './wire.ts';

export interface ModelServer {
  /** `http://127.0.0.1:<port>`. Everything below `<url>/<key>/` belongs to the client with that key. */
  readonly url: string;
  /** Every model request so far, oldest first. */
  readonly requests: readonly ModelRequest[];
  /** Points an unmodified CLI, with this directory as its home, to this server under a key of its own. */
  environmentFor(agent: Agent, home: string, key?: string): Promise<Record<string, string>>;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

export interface ModelRequest extends ModelTurn {
  /** The request as the client sent it. */
  readonly body: unknown;
}

const EVENT_STREAM = { 'content-type': 'text/event-stream' };
const DIALECTS: readonly Dialect[] = [openaiResponses, anthropicMessages];

/** Starts a model that does what the plan says, on loopback and a free port, for real codex and claude CLIs. */
export async function startModelServer({ plan }: { plan: ModelPlan }): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
    const dialect = DIALECTS.find((candidate) => request.method === 'POST' && path.endsWith(candidate.path));
    const body = json(parsed(await readBody(request)));
    if (!dialect) return send(response, { status: 404, headers: {}, body: '' });
    const turn = record(dialect, path.split('/')[1] ?? '', body);
    perform(await plan(turn), dialect, body, response, `${requests.length}`);
  };

  const record = (dialect: Dialect, key: string, body: Json): ModelTurn => {
    const turn = { api: dialect.api, key, ...dialect.read(body) };
    const same = requests.filter((earlier) => sameTurn(earlier, turn)).length;
    const request = { ...turn, retry: same, body: body.value };
    requests.push(request);
    return request;
  };

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  let clients = 0;
  return {
    url,
    requests,
    environmentFor(agent, home, key) {
      clients += 1;
      return prepareClient(agent, home, `${url}/${key ?? `client-${clients}`}`);
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function perform(step: ModelStep, dialect: Dialect, body: Json, response: ServerResponse, id: string): void {
  switch (step.do) {
    case 'hang':
      if (step.when === 'after-headers') response.writeHead(200, EVENT_STREAM).flushHeaders();
      break;
    case 'disconnect':
      response.writeHead(200, EVENT_STREAM).write('event: ', () => response.destroy());
      break;
    case 'fail':
      send(response, dialect.fail(step));
      break;
    default:
      send(response, dialect.write(step, body, id));
  }
}

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, reply.headers).end(reply.body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sameTurn(left: Omit<ModelTurn, 'retry'>, right: Omit<ModelTurn, 'retry'>): boolean {
  return (
    left.key === right.key &&
    left.step === right.step &&
    left.prompts.length === right.prompts.length &&
    left.prompts.every((prompt, index) => prompt === right.prompts[index])
  );
}
