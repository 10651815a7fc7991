import type { ProposedCandidate } from './agent-answer.ts';
import type { AgentFailure } from './agent-event.ts';
import type { Inquiry } from './inquiry.ts';
import type { TaskOutline } from './task.ts';

/** What is in the backlog, or was refused lately: nothing of it is worth proposing again. */
export interface KnownWork {
  readonly tasks: readonly Pick<TaskOutline, 'id' | 'title' | 'state' | 'touchPaths'>[];
  /** Titles of candidates that were refused lately, and why. */
  readonly rejected: readonly { readonly title: string; readonly reason: string }[];
}

export interface PassRequest {
  readonly known: KnownWork;
  /** More than these are not admitted. */
  readonly maxCandidates: number;
}

export type PassResult =
  /** Best first. An empty list says that there is nothing worth doing. */
  | { readonly status: 'found'; readonly candidates: readonly ProposedCandidate[] }
  /** The agent's run failed. */
  | { readonly status: 'agent-failed'; readonly failure: AgentFailure }
  /** What the pass works with is not there, or an answer is not in the promised form. */
  | { readonly status: 'refused'; readonly reason: string };

/**
 * One way to find work that is worth doing. It proposes; it neither admits nor writes: what it finds is checked like
 * the candidate of a person.
 */
export interface DiscoveryPass {
  readonly contract: 'discovery-pass@1';
  /** Lower-case letters, digits and dashes; unique in a config. */
  readonly id: string;
  /** Whether it asks an agent. One that does not costs nothing but time. */
  readonly asksAgent: boolean;
  /** It runs the project's own commands, so what they need must be installed. */
  readonly needsInstall?: true;
  /** Whatever goes wrong with an agent arrives as a result; a throw means a bug. Ends soon after `inquiry.signal` aborts. */
  find(request: PassRequest, inquiry: Inquiry): Promise<PassResult>;
}
