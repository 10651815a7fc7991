import type { AttemptResult, History, Task } from '@backlog-runner/contracts';
import type { Background } from './attempt-context.ts';

/** What earlier attempts at this task, and the tasks it depends on, left for its agent. */
export function backgroundOf(task: Task, { tasks }: History): Background {
  const dependencyNotes = task.dependsOn.flatMap((id) => {
    const notes = tasks.get(id)?.attempts.findLast(({ result }) => result?.status === 'landed')?.notes ?? [];
    return notes.length > 0 ? [{ task: id, notes }] : [];
  });
  const attempts = tasks.get(task.id)?.attempts ?? [];
  const earlierFailures = attempts
    .filter(({ counts }) => counts)
    .flatMap(({ result }) => (result ? failureOf(result) : []));
  return { dependencyNotes, earlierFailures };
}

/** Why a try came to nothing, in words. */
export function failureOf(result: AttemptResult): readonly string[] {
  if (result.status === 'landed') return [];
  return [result.status === 'agent-failed' ? result.failure.message : result.reason];
}
