import type { AttemptId, JournalEntry } from '@backlog-runner/contracts';
import { isoTime } from './moment.ts';
import { clause, name, names, type Phrase, phrase, plain, quote } from './phrase.ts';
import { lookPhrase, resultPhrase, shortCommit } from './phrases.ts';

/** One line that tells people what happened. Undefined for what is not worth a line. */
export function eventLine(entry: JournalEntry): string | undefined {
  const told = tell(entry);
  return told && plain(told);
}

function tell(entry: JournalEntry): Phrase | undefined {
  switch (entry.type) {
    case 'run.started':
      return phrase`run ${quote(entry.run)} lands on ${quote(shortRef(entry.branch))} with ${workers(entry.workers)}`;
    case 'run.stop-requested':
      return phrase`asked ${entry.runs.length === 1 ? '1 runner' : `${entry.runs.length} runners`} to stop`;
    case 'run.ended':
      return phrase`run ${quote(entry.run)} ended: ${quote(entry.reason)}`;
    case 'run.recovered':
      return phrase`run ${quote(entry.of)} had died: ended ${entry.processes === 1 ? '1 process' : `${entry.processes} processes`} of it`;
    case 'attempt.started':
      return entry.model === undefined
        ? phrase`${quote(entry.task)}: try ${entry.tryNumber} with ${quote(entry.provider)}`
        : phrase`${quote(entry.task)}: try ${entry.tryNumber} with ${quote(entry.provider)} (${quote(entry.model)})`;
    case 'attempt.validated':
      return entry.reason === undefined
        ? phrase`${taskOf(entry)}: validation ${quote(entry.profile)} ${entry.result}`
        : phrase`${taskOf(entry)}: validation ${quote(entry.profile)} ${entry.result}: ${quote(entry.reason)}`;
    case 'attempt.returned':
      return phrase`${taskOf(entry)}: returned to the agent because of ${RETURNS[entry.because]}`;
    case 'attempt.ended':
      // `task.landed` says it, with the branch.
      return entry.result.status === 'landed' ? undefined : phrase`${quote(entry.task)}: ${resultPhrase(entry.result)}`;
    case 'attempt.collected':
      return phrase`${quote(entry.attempt)}: what was retained of it was removed`;
    case 'task.landed':
      return phrase`${quote(entry.task)}: landed as ${quote(shortCommit(entry.commit))} on ${quote(shortRef(entry.branch))}`;
    case 'task.deferred':
      return phrase`${quote(entry.task)}: deferred until ${isoTime(entry.until)}: ${quote(entry.reason)}`;
    case 'task.failed':
      return phrase`${quote(entry.task)}: failed: ${quote(entry.reason)}`;
    case 'task.added':
      return phrase`${quote(entry.task)}: added: ${quote(entry.title)}`;
    case 'plan.started':
      return phrase`${names(entry.parents.map(({ id }) => id))}: the planner looks, with ${quote(entry.provider)}`;
    case 'plan.ended':
      return entry.outcome.status === 'landed'
        ? lookPhrase(entry.outcome)
        : phrase`${names(entry.parents)}: ${lookPhrase(entry.outcome)}`;
    case 'plan.rejected':
      return phrase`${names(entry.parents)}: the plan was rejected: ${quote(entry.reason)}`;
    case 'plan.left':
      return phrase`${quote(entry.task)}: left for a person: ${quote(entry.reason)}`;
    case 'pass.started':
      return entry.provider === undefined
        ? phrase`pass ${quote(entry.pass)} looks`
        : phrase`pass ${quote(entry.pass)} looks, with ${quote(entry.provider)}`;
    case 'pass.ended':
      return phrase`pass ${quote(entry.pass)}: ${lookPhrase(entry.outcome)}`;
    case 'candidate.rejected':
      return phrase`${quote(entry.title)} was not admitted: ${quote(entry.reason)}`;
    case 'inbox.rejected':
      return entry.keptIn === undefined
        ? phrase`inbox line ${entry.line}: ${quote(entry.message)}`
        : phrase`inbox line ${entry.line}: ${quote(entry.message)} (kept in ${name(entry.keptIn)})`;
    case 'inbox.duplicate':
      return phrase`inbox line ${entry.line}: ${quote(entry.title)} is already there as ${name(entry.of)}`;
    case 'provider.paused':
      return phrase`${quote(entry.provider)} rests until ${isoTime(entry.until)}: ${quote(entry.reason)}`;
    case 'provider.stopped':
      return phrase`${quote(entry.provider)} cannot run: ${clause(entry.message)}; ${quote(entry.hint)}`;
    case 'warning':
      return phrase`${quote(entry.message)}`;
    default:
      return undefined;
  }
}

const RETURNS: Readonly<Record<Extract<JournalEntry, { type: 'attempt.returned' }>['because'], string>> = {
  validation: 'the validation',
  'protected-paths': 'files it may not change',
  conflict: 'a conflict with what landed meanwhile',
  'invalid-answer': 'its answer',
  interruption: 'it was interrupted',
  'lost-session': 'its session is gone',
};

/** An attempt is named `<task>.<fence>`. */
function taskOf({ attempt }: { readonly attempt: AttemptId }) {
  return quote(attempt.slice(0, attempt.lastIndexOf('.')));
}

function shortRef(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}

function workers(count: number): string {
  return count === 1 ? '1 worker' : `${count} workers`;
}
