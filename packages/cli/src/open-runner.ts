import type { Runner, RunnerParts, RunnerPolicy } from '@backlog-runner/runner';

export interface OpenRunnerOptions {
  /** The project: the directory of a `backlog.config.mjs`, or one below it. Absolute. */
  readonly directory: string;
  /** Parts in place of those the config asks for: who hears of events, where the report goes, another store. */
  readonly parts?: Partial<RunnerParts>;
  /** Rules in place of the config's, such as `{ once: true }`. */
  readonly policy?: Partial<RunnerPolicy>;
  /** Where allowed variables and the `PATH` are taken from. Default: the environment of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * The runner that `backlog-runner start` works with, for a program of your own. It prints nothing and listens to no
 * signal: the program says when it ends. Throws the errors that `start` prints, before any agent is paid.
 */
export async function openRunner({
  directory,
  parts,
  policy,
  environment = process.env,
}: OpenRunnerOptions): Promise<Runner> {
  // A config imports the library for `defineConfig` alone, and every command loads the config.
  const [{ setUpRun }, { partsOf, policyOf }, { createRunner }] = await Promise.all([
    import('./set-up-run.ts'),
    import('./compose.ts'),
    import('@backlog-runner/runner'),
  ]);
  const around = { directory, environment, node: process.execPath };
  const setup = await setUpRun(around, { agents: { tool: undefined, model: undefined } });
  const composition = { ...setup, once: false, narrate: () => {} };
  return createRunner({ ...partsOf(composition), ...parts }, { ...policyOf(composition), ...policy }, setup);
}
