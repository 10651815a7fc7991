import type { RepositoryFacts } from '@backlog-runner/discovery';
import type { Config } from '../config.ts';
import type { Detected } from '../init/detect.ts';

/** What setup knows of a project before it recommends anything. */
export interface SetupFacts {
  readonly repository: RepositoryFacts;
  readonly detected: Detected;
  /** The config as it is. */
  readonly config: Config;
  /** The names of the agents that are installed and signed in. */
  readonly readyAgents: readonly string[];
  /** Whether the validation script checks something. */
  readonly hasValidation: boolean;
}
