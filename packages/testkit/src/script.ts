import type { AgentAnswer, AgentFailure, AgentOrigin, ProviderHealth, Usage } from '@backlog-runner/contracts';

/** What a scripted agent does, as plain data. */
export interface Script {
  /** By task id. A key that ends in `*` is for the ids that begin so: whoever adds a task later cannot know its id. */
  readonly tasks?: Readonly<Record<string, TaskScript>>;
  /** Runs about no single task: what the planner answers, and what passes do. A pass counts its turns as tries. */
  readonly roles?: Readonly<Partial<Record<'planner' | 'discovery', TaskScript>>>;
  /** For everything else. Without it these runs fail, naming the task. */
  readonly default?: TaskScript;
  /** Default `scripted`. Two providers of one config need two. */
  readonly id?: string;
  /** How long the agent thinks at the start of every turn. Default 0. */
  readonly delayMs?: number;
  /** What `check()` says. Default: ready. */
  readonly health?: ProviderHealth;
}

/** The turns of every try, or of each try on its own. When there are more than were given, the last is played again. */
export type TaskScript = readonly Turn[] | { readonly tries: readonly (readonly Turn[])[] };

/** What one run of the agent does, in order. It ends with a plain "done" unless a step ends it otherwise. */
export type Turn = Step | readonly Step[];

/**
 * One step. Its parts happen in the order in which they stand here, whatever order they are written in. Paths are
 * relative to the workspace; the agent warns about one outside of it and leaves it alone.
 */
export interface Step {
  /** Played only the first time this provider plays the turn, for what passes by itself, such as a rate limit. */
  readonly once?: boolean;
  readonly delayMs?: number;
  /** Contents by path. */
  readonly write?: Readonly<Record<string, string>>;
  /** Texts to add at the end of files, by path. */
  readonly append?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
  /** Contents by path, written also outside of the workspace: what an agent must not do. */
  readonly escape?: Readonly<Record<string, string>>;
  /** Commits everything with this message, although it is the runner that commits. */
  readonly commit?: string;
  /** A command line for `sh`, in the workspace. What it prints is taken for what the agent prints, whatever it is. */
  readonly run?: string;
  /** Leaves a process running in a session of its own. */
  readonly daemon?: boolean;
  readonly say?: string;
  /** Running totals. */
  readonly usage?: Usage;
  /** Ends the turn with an answer, of which only what differs from a plain "done" is given. */
  readonly answer?: Partial<AgentAnswer>;
  /** Ends the turn with exactly this answer, also when it breaks the schema. */
  readonly rawAnswer?: unknown;
  readonly fail?: ScriptedFailure;
  /** Does nothing more, for ever. */
  readonly hang?: boolean;
  /** Ends the process without an answer. Exit code 0 is no success either. */
  readonly crash?: { readonly exitCode: number } | { readonly signal: string };
}

export type ScriptedFailure =
  | { readonly kind: 'rate-limited'; readonly message?: string; readonly retryAfterMs?: number }
  | {
      readonly kind: Exclude<AgentFailure['kind'], 'rate-limited' | 'timed-out' | 'crashed'>;
      readonly message?: string;
      readonly hint?: string;
    };

/** The steps to play, or undefined when the script has none for this task. */
export function chooseTurn(script: Script, { role, task, tryNumber, turn }: AgentOrigin): readonly Step[] | undefined {
  const { tasks = {}, roles = {} } = script;
  const ofRole = role === 'planner' || role === 'discovery' ? roles[role] : undefined;
  const own = task === undefined ? undefined : tasks[keyFor(task, tasks)];
  const chosen = own ?? ofRole ?? script.default;
  if (!chosen) return undefined;
  const turns = 'tries' in chosen ? atOrLast(chosen.tries, tryNumber) : chosen;
  const steps = turns && atOrLast(turns, turn);
  return steps && ('length' in steps ? steps : [steps]);
}

function keyFor(task: string, tasks: Readonly<Record<string, TaskScript>>): string {
  if (Object.hasOwn(tasks, task)) return task;
  return Object.keys(tasks).find((key) => key.endsWith('*') && task.startsWith(key.slice(0, -1))) ?? '*';
}

/** `number` counts from 1. */
function atOrLast<Item>(items: readonly Item[], number: number): Item | undefined {
  return items[Math.min(number, items.length) - 1];
}
