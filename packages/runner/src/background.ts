import type { AttemptResult, History, Task, TaskId } from '@backlog-runner/contracts';

/** What the prompt needs from the task's and its dependencies' past. */
export interface Background {
  readonly dependencyNotes: readonly { readonly task: string; readonly notes: readonly string[] }[];
  readonly recentNotes: readonly { readonly task: string; readonly notes: readonly string[] }[];
  readonly earlierFailures: readonly string[];
}

const RECENT_TASKS = 5;
const RECENT_NOTES = 3;
const LONGEST_NOTE = 500;

/**
 * What earlier attempts at this task, the tasks it depends on, and the last finished ones left for its agent. `awaited` is
 * what it depends on with what took the place of superseded tasks.
 */
export function backgroundOf(task: Task, { tasks }: History, awaited: readonly TaskId[] = task.dependsOn): Background {
  const dependencyNotes = awaited.flatMap((id) => {
    const notes = tasks.get(id)?.attempts.findLast(({ result }) => result?.status === 'landed')?.notes ?? [];
    return notes.length > 0 ? [{ task: id, notes }] : [];
  });
  const attempts = tasks.get(task.id)?.attempts ?? [];
  const earlierFailures = attempts
    .filter(({ counts }) => counts)
    .flatMap(({ result }) => (result ? failureOf(result) : []));
  return { dependencyNotes, recentNotes: recentNotes({ id: task.id, dependsOn: awaited }, tasks), earlierFailures };
}

/** A little of what was noted last, newest first, by tasks that this one does not wait for. */
function recentNotes(
  { id, dependsOn }: Pick<Task, 'id' | 'dependsOn'>,
  tasks: History['tasks'],
): Background['recentNotes'] {
  return [...tasks]
    .flatMap(([task, { attempts }]) => {
      const last = attempts.findLast(({ result }) => result?.status === 'landed');
      const isOther = task !== id && !dependsOn.includes(task);
      return last?.notes?.length && isOther ? [{ task, notes: last.notes, endedAt: last.endedAt ?? 0 }] : [];
    })
    .sort((left, right) => right.endedAt - left.endedAt)
    .slice(0, RECENT_TASKS)
    .map(({ task, notes }) => ({
      task,
      notes: notes.slice(0, RECENT_NOTES).map((note) => note.slice(0, LONGEST_NOTE)),
    }));
}

/** Why a try came to nothing, in words. */
export function failureOf(result: AttemptResult): readonly string[] {
  if (result.status === 'landed') return [];
  return [result.status === 'agent-failed' ? result.failure.message : result.reason];
}
