import type { Cancel } from '@backlog-runner/contracts';

export type StopSignal = 'SIGINT' | 'SIGTERM';

/** The process as commands see it: nothing else of this package touches `process`. */
export interface Surroundings {
  /** The directory the command was typed in, absolute. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The program that runs this one, for whoever needs another Node process. */
  readonly node: string;
  readonly host: string;
  readonly version: string;
  /** The answer. */
  readonly stdout: NodeJS.WriteStream;
  /** The narration. */
  readonly stderr: NodeJS.WriteStream;
  onSignal(listener: (signal: StopSignal) => void): Cancel;
  /** Ends the process at once. */
  exit(code: number): never;
}
