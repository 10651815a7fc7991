import type { AttemptRecord, Standing, Task, TaskHistory } from '@backlog-runner/contracts';
import { plain, resultPhrase, standingPhrase } from '@backlog-runner/reporter';
import { oneLine } from './one-line.ts';

/** Everything about one task, for people: a field a line, then lists, then its attempts, oldest first. */
export function describeTask(task: Task, standing: Standing, history: TaskHistory): string {
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['id', task.id],
    ['title', task.title],
    ['state', task.state],
    ['standing', task.state === 'ready' ? plain(standingPhrase(standing, { path: task.path })) : undefined],
    ['priority', task.priority],
    ['kind', task.kind],
    ['domain', task.executionDomain],
    ['profile', task.validationProfile],
    ['file', task.path],
    ['landed', history.landed && `${history.landed.commit} on ${history.landed.branch}`],
  ];
  const lines = [
    ...fields.flatMap(([name, value]) => (value === undefined ? [] : [`${`${name}:`.padEnd(10)} ${oneLine(value)}`])),
    ...section('description', task.description?.trimEnd().split('\n') ?? []),
    ...section('acceptance criteria', bulleted(task.acceptanceCriteria)),
    ...section('depends on', bulleted(task.dependsOn)),
    ...section('touch paths', bulleted(task.touchPaths.map((path) => path || '.'))),
    ...section('capabilities', bulleted(task.capabilities)),
    ...section('notes', bulleted(task.statusNotes)),
    ...section('attempts', history.attempts.map(attemptLine)),
    ...section('left behind and not kept', history.attempts.flatMap(notKeptLines)),
  ];
  return `${lines.join('\n')}\n`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${oneLine(line)}`)];
}

function bulleted(items: readonly string[]): readonly string[] {
  return items.map((item) => `- ${item}`);
}

function notKeptLines({ attempt, notKept = [] }: AttemptRecord): readonly string[] {
  return notKept.map((name) => `${attempt}  ${name}`);
}

function attemptLine(record: AttemptRecord): string {
  const { attempt, provider, model, startedAt, result, lastEvent } = record;
  const agent = model === undefined ? provider : `${provider} ${model}`;
  const outcome = result ? plain(resultPhrase(result)) : `running: ${lastEvent.text}`;
  return `${new Date(startedAt).toISOString()}  ${attempt}  ${agent}: ${outcome}`;
}
