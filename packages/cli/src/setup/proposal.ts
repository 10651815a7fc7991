import type { AgentConfig } from '../config.ts';

/** One way to find work that a project could have. */
export interface ProposedPass {
  readonly id: string;
  readonly description: string;
  /** Why it is proposed here, in a few words. */
  readonly why: string;
  /** What its agent is asked. */
  readonly prompt: string;
  readonly includePaths: readonly string[];
  readonly excludePaths: readonly string[];
  readonly capabilities: readonly string[];
  readonly every: string;
  readonly maxCandidates: number;
  /** Absent: the agent for discovery. */
  readonly runner?: { readonly tool: string; readonly model?: string };
}

/** What a project could be set up with. Nothing of it is decided yet. */
export interface SetupProposal {
  readonly passes: readonly ProposedPass[];
  /** By role; only roles that should be played by another agent than they are now. */
  readonly agents: { readonly code?: AgentConfig & { tool: string }; readonly ui?: AgentConfig & { tool: string } };
  /** What must pass before work may land; absent when that is settled. */
  readonly validation?: string;
  /** Makes a fresh working copy able to run the validation; absent when that is settled or nothing is needed. */
  readonly installCommand?: string;
  /** Where user interfaces are; empty when that is settled or there are none. */
  readonly uiPathPrefixes: readonly string[];
}
