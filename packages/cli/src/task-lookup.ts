import {
  type Backlog,
  BacklogError,
  parseTaskId,
  type Task,
  type TaskId,
  type TaskStore,
} from '@backlog-runner/contracts';
import { suggest } from './suggest.ts';

/** The task of an id somebody typed. Throws `TASK_MISSING`, naming what was probably meant. */
export async function taskOf(store: TaskStore, typed: string): Promise<Task> {
  const id = parseTaskId(typed);
  const task = id === undefined ? undefined : await store.get(id);
  if (task) return task;
  throw taskMissing(typed, await store.read());
}

/** The ids of tasks somebody typed, each of which exists. */
export function idsAmong(backlog: Backlog, typed: readonly string[]): readonly TaskId[] {
  return typed.map((text) => {
    const task = backlog.tasks.find(({ id }) => id === text);
    if (!task) throw taskMissing(text, backlog);
    return task.id;
  });
}

function taskMissing(typed: string, { tasks, problems }: Backlog): BacklogError {
  const broken = problems.find(({ path }) => path.endsWith(`/${typed}.yaml`) || path.endsWith(`/${typed}.yml`));
  const ids = tasks.map(({ id }) => id);
  const meant = ids.find((id) => id.startsWith(typed) && typed !== '') ?? suggest(typed, ids);
  const hint = broken
    ? `Its file is broken: ${broken.path}: ${broken.message}`
    : meant
      ? `Did you mean \`${meant}\`?`
      : 'Type `backlog-runner list` to see the tasks.';
  return new BacklogError('TASK_MISSING', `There is no task \`${typed}\`.`, { hint, details: { task: typed } });
}
