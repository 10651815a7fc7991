import type { Reporter, SpecProblem } from '@backlog-runner/contracts';
import { code, markdownPhrase, prose } from './escape-markdown.ts';
import { isoTime } from './moment.ts';
import { shortCommit } from './phrases.ts';
import { project } from './project.ts';
import type {
  FailedTask,
  LandedTask,
  PlannedTask,
  ProviderLine,
  ReadyTask,
  ReportView,
  RunningTask,
  TaskLine,
  Tries,
  WaitingTask,
} from './report-view.ts';

export interface MarkdownOptions {
  /** How many landed tasks are listed; the rest are counted. Default 50. */
  readonly landed?: number;
}

/** Makes `backlog.md`: the same backlog gives the same text, so that it changes only when something changed. */
export function markdownReport({ landed = 50 }: MarkdownOptions = {}): Reporter {
  return {
    render(input) {
      const view = project(input);
      const sections = [
        section('Needs a person', [...stoppedLines(view), ...view.needsPerson.map(waitingLine)]),
        section('Running', view.running.map(runningLine)),
        section('Ready', view.ready.map(readyLine)),
        section('Waiting', [...pausedLines(view), ...view.waiting.map(waitingLine)]),
        section('Failed', view.failed.map(failedLine)),
        section('Broken files', view.broken.map(problemLine)),
        section('Planned', view.planned.map(plannedLine)),
        landedSection(view.landed, landed),
        section('Superseded', view.superseded.map(taskLine)),
      ].flat();
      return `${[HEAD, ...(sections.length === 0 ? ['There are no tasks.'] : sections)].join('\n\n')}\n`;
    },
  };
}

const HEAD = `# Backlog

This file is written by \`backlog-runner sync\` and \`backlog-runner start\` from the files in \`backlog/\`. Changes made here are lost.`;

function section(title: string, lines: readonly string[], count: number = lines.length): readonly string[] {
  return count === 0 ? [] : [`## ${title} (${count})`, lines.join('\n')];
}

function landedSection(tasks: readonly LandedTask[], most: number): readonly string[] {
  const lines = tasks.slice(0, most).map(landedLine);
  const rest = tasks.length - lines.length;
  return section('Landed', rest > 0 ? [...lines, `- and ${rest} before these`] : lines, tasks.length);
}

function taskLine({ id, title }: TaskLine): string {
  return `- **${prose(title) || '(no title)'}** ${code(id)}`;
}

function plannedLine(task: PlannedTask): string {
  return task.reason ? `${taskLine(task)}: ${markdownPhrase(task.reason)}` : taskLine(task);
}

function runningLine(task: RunningTask): string {
  const { attempt, since } = task;
  if (!attempt) return `${taskLine(task)}: claimed ${isoTime(since)}`;
  const { provider, model, tryNumber } = attempt;
  const agent = model === undefined ? code(provider) : `${code(provider)} with ${code(model)}`;
  return `${taskLine(task)}: ${agent} since ${isoTime(since)}, try ${tryNumber}`;
}

function readyLine(task: ReadyTask): string {
  const priority = task.priority === 'normal' ? '' : ` (${task.priority})`;
  return `${taskLine(task)}${priority}${triesNote(task)}`;
}

function waitingLine(task: WaitingTask): string {
  const reasons = task.reasons.map(({ phrase }) => markdownPhrase(phrase));
  return `${taskLine(task)}: ${reasons.join('; ')}${triesNote(task)}`;
}

function triesNote({ triesUsed, lastResult }: Tries): string {
  if (triesUsed === 0) return '';
  const last = lastResult ? `, last: ${markdownPhrase(lastResult)}` : '';
  return ` — ${triesUsed === 1 ? '1 try' : `${triesUsed} tries`} used${last}`;
}

function failedLine(task: FailedTask): string {
  return `${taskLine(task)}: ${task.reason === undefined ? 'no reason is recorded' : prose(task.reason)}`;
}

function landedLine(task: LandedTask): string {
  return task.landing ? `${taskLine(task)} ${code(shortCommit(task.landing.commit))}` : taskLine(task);
}

function problemLine({ path, line, column, message }: SpecProblem): string {
  const place = line === undefined ? '' : column === undefined ? ` line ${line}` : ` line ${line}, column ${column}`;
  return `- ${code(path)}${place}: ${prose(message)}`;
}

function stoppedLines({ providers }: ReportView): readonly string[] {
  return providers.filter(({ state }) => state === 'stopped').map(providerLine);
}

function pausedLines({ providers }: ReportView): readonly string[] {
  return providers.filter(({ state }) => state === 'paused').map(providerLine);
}

function providerLine({ phrase }: ProviderLine): string {
  return `- ${markdownPhrase(phrase)}`;
}
