import type { ModelStep, ModelTurn } from './model-turn.ts';

type Fail = Extract<ModelStep, { do: 'fail' }>;
/** A step that is answered with content, rather than with trouble. */
export type ContentStep = Extract<ModelStep, { do: 'run' | 'write' | 'answer' }>;

/** What a request says, without what only the server knows. */
export type ReadTurn = Omit<ModelTurn, 'api' | 'key' | 'retry'>;

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How one vendor's API reads and writes. */
export interface Dialect {
  readonly api: ModelTurn['api'];
  /** The end of the path that it answers. */
  readonly path: string;
  read(body: Json): ReadTurn;
  write(step: ContentStep, body: Json, id: string): Reply;
  fail(step: Fail): Reply;
}

/** JSON that came over the wire. Its reads never throw: what is missing is undefined, an empty list or ''. */
export interface Json {
  readonly value: unknown;
  get(name: string): Json;
  readonly items: readonly Json[];
  readonly text: string;
}

export function json(value: unknown): Json {
  return {
    value,
    get: (name) => json(isRecord(value) ? value[name] : undefined),
    items: Array.isArray(value) ? value.map(json) : [],
    text: typeof value === 'string' ? value : '',
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Each event is named by the `type` in its data, as both vendors do. */
export function eventStream(events: readonly ({ readonly type: string } & Record<string, unknown>)[]): Reply {
  const body = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  return { status: 200, headers: { 'content-type': 'text/event-stream' }, body };
}

export function jsonReply(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

export function limitHeaders(step: Fail): Record<string, string> {
  return step.retryAfterSeconds === undefined ? {} : { 'retry-after': String(step.retryAfterSeconds) };
}
