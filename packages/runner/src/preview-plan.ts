import type { PlanProposal, PlanWriting, Task, TaskFile, TaskStore } from '@backlog-runner/contracts';
import { childIds } from './child-ids.ts';
import { planWriting } from './plan-writing.ts';
import { supersededPatch } from './write-plan.ts';

export type PlanPreview =
  | {
      readonly status: 'ok';
      /** What each file would be: the new tasks, then the tasks that give way. */
      readonly files: readonly Pick<TaskFile, 'path' | 'content'>[];
    }
  /** It cannot be applied any more. */
  | { readonly status: 'outdated'; readonly reason: string };

/** What a plan that was kept would write now. Writes nothing. */
export async function previewPlan(
  { inquiry, parents, plan }: PlanProposal,
  store: Pick<TaskStore, 'read' | 'render' | 'renderNew'>,
): Promise<PlanPreview> {
  const { tasks } = await store.read();
  const known = tasks.filter(({ id }) => parents.some((parent) => parent.id === id));
  const changed = parents.find(({ id, revision }) => known.find((task) => task.id === id)?.revision !== revision);
  if (changed) return { status: 'outdated', reason: `${changed.id} was changed since` };
  const planned = planWriting(plan, { parents: known, tasks, newId: childIds(inquiry) });
  if (planned.status === 'refused') return { status: 'outdated', reason: planned.reason };
  const files = await filesOf(planned.writing, known, store);
  return typeof files === 'string' ? { status: 'outdated', reason: files } : { status: 'ok', files };
}

/** Or why one of its tasks cannot be. */
async function filesOf(
  { children, supersedes }: PlanWriting,
  known: readonly Task[],
  store: Pick<TaskStore, 'render' | 'renderNew'>,
): Promise<readonly TaskFile[] | string> {
  const files: TaskFile[] = [];
  for (const { id, candidate } of children) {
    const rendered = await store.renderNew(id, candidate);
    if (rendered.status === 'invalid') return rendered.message;
    files.push(rendered.file);
  }
  for (const { parent, children: successors } of supersedes) {
    const task = known.find(({ id }) => id === parent);
    if (task) files.push(await store.render(task, supersededPatch(successors)));
  }
  return files;
}
