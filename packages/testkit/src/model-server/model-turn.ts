/** One request of an agent to its model, as a plan sees it. */
export interface ModelTurn {
  readonly api: 'openai' | 'anthropic';
  /** Which client asked: the first part of the request's path. */
  readonly key: string;
  readonly model: string;
  /** All text with authority: the system prompt and developer messages. */
  readonly instructions: string;
  /** What the user asked last. */
  readonly prompt: string;
  /** Everything the user asked in this session, oldest first; a resumed session has more than one. */
  readonly prompts: readonly string[];
  /** How many tool calls the model has made since `prompt`. */
  readonly step: number;
  /** What the latest of them gave. */
  readonly toolOutput: string | undefined;
  /** How many times exactly this was requested before. More than 0 when the client retries. */
  readonly retry: number;
}

/** What the model does next. */
export type ModelStep =
  /** Calls the agent's shell tool. `timeoutMs` is passed on where the tool takes one. */
  | { readonly do: 'run'; readonly command: string; readonly timeoutMs?: number }
  /** Calls the agent's file tool. `path` is relative to the agent's directory. */
  | { readonly do: 'write'; readonly path: string; readonly content: string }
  /** Ends the turn, with `output` in the way the client asked for structured output. */
  | { readonly do: 'answer'; readonly text?: string; readonly output?: unknown }
  /** Refuses the request with this HTTP status. */
  | {
      readonly do: 'fail';
      readonly status: number;
      /** The vendor's error type. Absent: the one that belongs to the status. */
      readonly type?: string;
      readonly message?: string;
      readonly retryAfterSeconds?: number;
      /** Seconds since 1970, as subscription limits give it. */
      readonly resetsAt?: number;
    }
  /** Accepts the request and says nothing until the server closes. */
  | { readonly do: 'hang'; readonly when: 'before-headers' | 'after-headers' }
  /** Closes the connection in the middle of an answer. */
  | { readonly do: 'disconnect' };

/** Decides each answer of the model. May wait, for a test that wants to act while a request is open. */
export type ModelPlan = (turn: ModelTurn) => ModelStep | Promise<ModelStep>;
