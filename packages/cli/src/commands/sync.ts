import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DrainReport, foldHistory, type RepoPath, redactor, type SpecProblem } from '@backlog-runner/contracts';
import { admission } from '@backlog-runner/discovery';
import { markdownReport } from '@backlog-runner/reporter';
import { createEmit, drainInbox, type Reconciliation } from '@backlog-runner/runner';
import { EXIT } from '../exit-code.ts';
import type { CommandInvocation } from '../invocation.ts';
import { type Narrator, narrator } from '../narrator.ts';
import { oneLine } from '../one-line.ts';
import { openBacklog } from '../open-backlog.ts';
import { reconcileBacklog } from '../records/reconcile-backlog.ts';
import { specProblemLine } from '../spec-problem-line.ts';
import type { Surroundings } from '../surroundings.ts';
import { REPORT_NAME, writeReport } from '../write-report.ts';

interface Synced extends DrainReport {
  readonly reconciled: readonly Reconciliation[];
  readonly problems: readonly SpecProblem[];
  readonly report: 'written' | 'unchanged';
}

/** Turns the inbox into tasks, follows what the branch says of them, checks every spec, regenerates the report. */
export async function sync(invocation: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const opened = openBacklog(surroundings.directory, { writes: true });
  const { project, store, inbox, journal, leases, system } = opened;
  const emit = createEmit({ journal, narrate: () => {}, redact: redactor(surroundings.environment) });
  const past = async () => foldHistory((await journal.read()).entries);
  const pathExists = (path: RepoPath) => existsSync(join(project.directory, path));
  const drained = await drainInbox({ inbox, store, system, admission: admission(), pathExists }, undefined, past, emit);
  const reconciled = await reconcileBacklog(opened, surroundings);
  const [backlog, { entries, damaged }, live] = await Promise.all([store.read(), journal.read(), leases.list()]);
  const report = markdownReport().render({
    backlog,
    history: foldHistory(entries),
    leases: live,
    now: system.now(),
  });
  const isNew = await writeReport(project.directory, report, system);
  const synced: Synced = {
    ...drained,
    reconciled,
    problems: backlog.problems,
    report: isNew ? 'written' : 'unchanged',
  };
  for (const { file, line } of damaged) surroundings.stderr.write(`${file}:${line}: cannot be read and is left out\n`);
  if (invocation.switches.has('json')) surroundings.stdout.write(`${JSON.stringify(synced)}\n`);
  else tell(synced, surroundings, await narrator(surroundings));
  return synced.rejected.length + synced.problems.length > 0 ? EXIT.unsuccessful : EXIT.ok;
}

function tell(synced: Synced, { stdout }: Surroundings, say: Narrator): void {
  for (const { id, path } of synced.added) stdout.write(`added\t${id}\t${path}\n`);
  for (const { line, of } of synced.duplicates) stdout.write(`duplicate\tline ${line}\t${of}\n`);
  for (const { line, reason } of synced.refused) stdout.write(`refused\tline ${line}\t${oneLine(reason)}\n`);
  for (const { line, message, keptIn } of synced.rejected) {
    stdout.write(`rejected\tline ${line}\t${oneLine(message)}${keptIn === undefined ? '' : ` (kept in ${keptIn})`}\n`);
  }
  for (const { task, patch, reason } of synced.reconciled) stdout.write(`${patch.state}\t${task.id}\t${reason}\n`);
  for (const problem of synced.problems) stdout.write(`broken\t${specProblemLine(problem)}\n`);
  say.info(synced.report === 'written' ? `${REPORT_NAME} was written` : `${REPORT_NAME} was up to date`);
}
