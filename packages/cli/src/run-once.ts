import type { JournalEntry } from '@backlog-runner/contracts';
import type { Runner } from '@backlog-runner/runner';
import { type Composition, compose } from './compose.ts';
import { endProcesses } from './end-processes.ts';
import { runTeller } from './run-teller.ts';
import type { RunSetup } from './set-up-run.ts';
import { interruption } from './signals.ts';
import type { Surroundings } from './surroundings.ts';

export interface OneRun<Result> {
  readonly result: Result;
  /** What was recorded while it lasted. */
  readonly events: readonly JournalEntry[];
  readonly interruptedWith: number | undefined;
}

/** Does one thing as a run of its own, told on standard error; Ctrl-C ends it. */
export async function runOnce<Result>(
  surroundings: Surroundings,
  setup: RunSetup & Pick<Composition, 'pass'>,
  action: (runner: Runner, drain: AbortSignal) => Promise<Result>,
): Promise<OneRun<Result>> {
  const teller = await runTeller(surroundings, { json: false });
  const events: JournalEntry[] = [];
  const narrate = (entry: JournalEntry) => {
    events.push(entry);
    teller.event(entry);
  };
  const runner = compose({ ...setup, once: true, narrate });
  const interrupted = interruption(surroundings, {
    drained: teller.draining,
    immediately: () => endProcesses(setup.run),
  });
  try {
    return { result: await action(runner, interrupted.drain), events, interruptedWith: interrupted.code() };
  } finally {
    interrupted.end();
  }
}
