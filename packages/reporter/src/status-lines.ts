import type { SpecProblem } from '@backlog-runner/contracts';
import { isoTime, span } from './moment.ts';
import { oneLine } from './one-line.ts';
import { plain } from './phrase.ts';
import { shortCommit } from './phrases.ts';
import type {
  FailedTask,
  LandedTask,
  LeaseLine,
  LookLine,
  PassLine,
  PlannedTask,
  RunLine,
  RunningTask,
  TaskLine,
  Tries,
  WaitingTask,
} from './report-view.ts';

export function taskLine({ id, title }: TaskLine): string {
  return `${oneLine(id)}  ${oneLine(title, 80)}`;
}

export function readyLine(task: TaskLine & Tries): string {
  return `${taskLine(task)}${task.priority === 'normal' ? '' : ` (${task.priority})`}${triesNote(task)}`;
}

export function waitingLine(task: WaitingTask): string {
  return `${taskLine(task)}: ${task.reasons.map(({ phrase }) => plain(phrase)).join('; ')}${triesNote(task)}`;
}

function triesNote({ triesUsed, lastResult }: Tries): string {
  if (triesUsed === 0) return '';
  return ` [${triesUsed === 1 ? '1 try' : `${triesUsed} tries`} used${lastResult ? `, last: ${plain(lastResult)}` : ''}]`;
}

export function runningLine(task: RunningTask, now: number): string {
  const age = span(now - task.since);
  if (!task.attempt) return `${taskLine(task)}: claimed ${age} ago`;
  const { provider, model, tryNumber, lastEvent } = task.attempt;
  const agent = oneLine(model === undefined ? provider : `${provider} ${model}`);
  const last = `${oneLine(lastEvent.text, 120)}, ${span(now - lastEvent.at)} ago`;
  return `${taskLine(task)}: ${agent}, try ${tryNumber}, for ${age} since ${isoTime(task.since)}; last: ${last}`;
}

export function lookLine({ about, provider, model, since, lastEvent }: LookLine, now: number): string {
  const what = about.kind === 'pass' ? `pass ${about.pass}` : `planning ${about.parents.join(', ')}`;
  const agent = provider === undefined ? '' : `${oneLine(model === undefined ? provider : `${provider} ${model}`)}, `;
  const last = `${oneLine(lastEvent.text, 120)}, ${span(now - lastEvent.at)} ago`;
  return `${oneLine(what)}: ${agent}for ${span(now - since)} since ${isoTime(since)}; last: ${last}`;
}

export function plannedLine(task: PlannedTask): string {
  return task.reason ? `${taskLine(task)}: ${plain(task.reason)}` : taskLine(task);
}

export function passLine({ id, turns, admitted, rejected, acceptanceRate, lastOutcome }: PassLine): string {
  const rate = acceptanceRate === undefined ? '' : ` (${Math.round(acceptanceRate * 100)}% of the newest)`;
  const last = lastOutcome ? `, last: ${plain(lastOutcome)}` : '';
  const count = turns === 1 ? '1 turn' : `${turns} turns`;
  return `${oneLine(id)}: ${count}, ${admitted} admitted and ${rejected} not${rate}${last}`;
}

export function runLine({ run, since, host, workers, branch, stopRequestedAt }: RunLine, now: number): string {
  const stopping = stopRequestedAt === undefined ? '' : ', stopping';
  const place = `${oneLine(host)}, lands on ${oneLine(branch.replace(/^refs\/heads\//, ''))}`;
  return `${oneLine(run)}: ${place}, ${workers === 1 ? '1 worker' : `${workers} workers`}, for ${span(now - since)}${stopping}`;
}

export function leaseLine({ fence, holder, resources, expiresAt }: LeaseLine, now: number, verbose: boolean): string {
  const shown = verbose ? resources : resources.slice(0, 3);
  const rest = resources.length - shown.length;
  const list = shown.map((key) => oneLine(key)).join(' ');
  return `${fence}: ${list}${rest > 0 ? ` and ${rest} more` : ''}, held by ${oneLine(holder)} for ${span(expiresAt - now)} more`;
}

function place(line: number | undefined, column: number | undefined): string {
  if (line === undefined) return '';
  return column === undefined ? `:${line}` : `:${line}:${column}`;
}

export function failedLine(task: FailedTask): string {
  return `${taskLine(task)}: ${oneLine(task.reason ?? 'no reason is recorded')}`;
}

export function landedLine(task: LandedTask): string {
  return task.landing ? `${taskLine(task)} as ${oneLine(shortCommit(task.landing.commit))}` : taskLine(task);
}

export function problemLine({ path, line, column, message }: SpecProblem): string {
  return `${oneLine(path)}${place(line, column)}: ${oneLine(message)}`;
}
