/** What to start. No shell is involved; nothing of this process's environment is inherited. */
export interface ProcessSpec {
  /** A name to look up on the `PATH` of `environment`, or a path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of it. See `allowedEnvironment`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Written to standard input, which is then ended. Absent: standard input is empty. */
  readonly input?: string;
  /**
   * Put into the environment of the process and thus of all it starts, as `BACKLOG_RUNNER_MARK`. When the process has
   * ended, whatever still carries the mark is ended too, also when it made itself a session of its own. Absent: only
   * the process group is ended (enough for commands that start no daemons, such as git).
   */
  readonly mark?: string;
  /** The longest silence on standard output and error, while {@link RunningProcess.allowSilence} does not say otherwise. */
  readonly idleMs?: number;
  readonly totalMs?: number;
  /** How long it may take to react to `stopSignal` before it is killed. Default 5000. */
  readonly graceMs?: number;
  /** What asks it to stop. Default `SIGTERM`. */
  readonly stopSignal?: 'SIGINT' | 'SIGTERM';
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** How a process ended. Exit code 0 is not success: whoever started it knows what success is. */
export type ProcessEnd =
  | { readonly status: 'exited'; readonly code: number }
  /** By a signal that did not come from here. */
  | { readonly status: 'killed'; readonly signal: string }
  | { readonly status: 'timed-out'; readonly limit: 'idle' | 'total' }
  | { readonly status: 'aborted' }
  | {
      readonly status: 'not-started';
      readonly reason: 'not-found' | 'not-executable' | 'other';
      readonly message: string;
    };

/** A process that is read line by line while it runs. */
export interface RunningProcess {
  /** Undefined when it did not start. */
  readonly pid: number | undefined;
  /**
   * Standard output, line by line, without line ends; a last line without one counts, of a line over 16 MiB only the
   * first 16 MiB are kept. Ends when the process has ended, also while something it started holds the pipe open. To be
   * read once: a process whose lines nobody reads is held back (that does not count as silence). Leaving the loop early
   * stops the process and waits until it has ended.
   */
  readonly lines: AsyncIterable<string>;
  /** Whether silence is expected for now, such as while a tool runs. Turning it off begins a new idle period. */
  allowSilence(allowed: boolean): void;
  /** Asks it to stop, waits for `graceMs`, kills. Resolves when nothing is left. */
  stop(): Promise<void>;
  /**
   * Resolves when the process has ended and nothing that carries its mark, or is in its group, is left. Never rejects.
   * `stderr` is the end of standard error, at most 64 KiB.
   */
  readonly ended: Promise<{ readonly end: ProcessEnd; readonly stderr: string }>;
}

/** What a short command gave. Output is kept up to `maxOutputBytes` from its end; `truncated` says that more came. */
export interface ProcessResult {
  readonly end: ProcessEnd;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
  readonly durationMs: number;
}
