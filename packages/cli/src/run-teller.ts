import type { JournalEntry } from '@backlog-runner/contracts';
import { eventLine } from '@backlog-runner/reporter';
import type { RunSummary } from '@backlog-runner/runner';
import { type Narrator, narrator } from './narrator.ts';
import { runVerdict, type StoppedProvider } from './run-verdict.ts';
import type { Surroundings } from './surroundings.ts';

/** Tells the world about one run. */
export interface RunTeller {
  readonly event: (entry: JournalEntry) => void;
  readonly draining: () => void;
  /** Gives the answer; returns the exit code. */
  readonly ended: (
    summary: RunSummary,
    facts: { readonly left: number; readonly interruptedWith: number | undefined },
  ) => number;
}

/** With `json` the answer is every event and a summary, a line each; otherwise a line for each task that ended. */
export async function runTeller(surroundings: Surroundings, { json }: { readonly json: boolean }): Promise<RunTeller> {
  const { stdout } = surroundings;
  const say = await narrator(surroundings);
  const stopped = new Map<string, StoppedProvider>();
  return {
    event(entry) {
      if (entry.type === 'provider.stopped') stopped.set(entry.provider, entry);
      if (json) stdout.write(`${JSON.stringify(entry)}\n`);
      else narrate(say, entry);
    },
    draining() {
      say.info('Stopping: agents are ended and their work is kept. Press Ctrl-C again to end at once.');
    },
    ended(summary, facts) {
      if (json) stdout.write(`${JSON.stringify({ type: 'summary', ...summary })}\n`);
      else stdout.write(summaryLines(summary));
      return runVerdict({ summary, stopped: [...stopped.values()], ...facts });
    },
  };
}

function narrate(say: Narrator, entry: JournalEntry): void {
  const line = eventLine(entry);
  if (line !== undefined) say[toneOf(entry)](line);
}

function toneOf(entry: JournalEntry): 'success' | 'error' | 'warn' | 'info' {
  switch (entry.type) {
    case 'task.landed':
      return 'success';
    case 'task.failed':
      return 'error';
    case 'provider.stopped':
    case 'provider.paused':
    case 'inbox.rejected':
    case 'warning':
      return 'warn';
    case 'attempt.ended':
      return entry.result.status === 'held' || entry.result.status === 'refused' ? 'warn' : 'info';
    default:
      return 'info';
  }
}

function summaryLines({ landed, failed, held, setAside }: RunSummary): string {
  const lines = [
    ...landed.map((task) => `landed\t${task}`),
    ...failed.map((task) => `failed\t${task}`),
    ...held.map((task) => `held\t${task}`),
    ...setAside.map((task) => `set-aside\t${task}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
