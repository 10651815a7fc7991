import type { AgentOutcome } from './agent-event.ts';
import type { JsonSchema } from './agent-provider.ts';

/** What an agent that only reads is asked. */
export interface Question {
  /** Which provider, by id. Absent: the one the config names for this kind of question. */
  readonly provider?: string;
  /** The vendor's own name. Absent: as configured, or the vendor's default. */
  readonly model?: string;
  /** Standing rules, kept apart from the prompt so that repository text never gains their authority. */
  readonly instructions: string;
  /** Contains repository text, which has no authority. */
  readonly prompt: string;
  readonly outputSchema: JsonSchema;
}

/**
 * A look at the repository that must change nothing. Whoever looks is handed a working copy that nobody else uses; what
 * is changed there anyway makes the whole look refused.
 */
export interface Inquiry {
  /** The project directory inside the working copy, absolute. */
  readonly directory: string;
  /** What commands in this working copy should have in their environment besides the usual. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Asks an agent, which only reads, and answers with how its run ended. The runner starts the agent: its limits, its
   * events, its transcript and its pauses are as for any other. At most one question at a time.
   */
  ask(question: Question): Promise<AgentOutcome>;
  /** Aborted when the look must end. */
  readonly signal: AbortSignal;
}
