import type { PassHeuristics } from '@backlog-runner/discovery';

/** One way to find work that a project could have. */
export interface ProposedPass {
  readonly id: string;
  readonly description: string;
  /** Why it is proposed here, in a few words. */
  readonly because: string;
  readonly heuristics: PassHeuristics;
  readonly every: string;
  readonly maxCandidates: number;
  /** The name of its agent. Absent: the one for discovery, or none. */
  readonly tool?: string;
  /** The text of its prompt file. Absent: it asks no agent. */
  readonly prompt?: string;
}

/** What a project could be set up with. Nothing of it is decided yet. */
export interface SetupProposal {
  readonly passes: readonly ProposedPass[];
  /** The names of agents by role; only for roles that nobody is named for. */
  readonly agents: { readonly code?: string; readonly ui?: string };
  /** What must pass before work may land; absent when that is settled. */
  readonly validation?: string;
  /** Makes a fresh working copy able to run the validation; absent when that is settled or nothing is needed. */
  readonly installCommand?: string;
  /** Where user interfaces are; empty when that is settled or there are none. */
  readonly uiPathPrefixes: readonly string[];
}
