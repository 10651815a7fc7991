import type { Config } from '../config.ts';
import type { Detected } from '../init/detect.ts';

/** What a repository shows of itself. */
export interface SetupFacts {
  /** Every file git knows in the project directory, in order, with slashes. */
  readonly files: readonly string[];
  readonly detected: Detected;
  /** The config as it is. */
  readonly config: Config;
  /** The built-in agents that are installed and signed in. */
  readonly readyAgents: readonly string[];
  /** Whether the validation script checks something. */
  readonly hasValidation: boolean;
}
