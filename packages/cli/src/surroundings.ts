import type { Cancel } from '@backlog-runner/contracts';

export type StopSignal = 'SIGINT' | 'SIGTERM';

/** Where text goes: a stream of the process, of which no more is needed. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The process as commands see it: nothing else of this package touches `process`. */
export interface Surroundings {
  /** The directory the command was typed in, absolute. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The program that runs this one, for whoever needs another Node process. */
  readonly node: string;
  /** The answer. */
  readonly stdout: Output;
  /** The narration. */
  readonly stderr: Output;
  onSignal(listener: (signal: StopSignal) => void): Cancel;
  /** Ends the process at once. */
  exit(code: number): never;
}
