import type { PlanProposal, RepoPath, TaskStore } from '@backlog-runner/contracts';
import { childIds } from './child-ids.ts';
import { planWriting } from './plan-writing.ts';
import { supersededPatch } from './write-plan.ts';

export type PlanPreview =
  | {
      readonly status: 'ok';
      /** What each file would be: the new tasks, then the tasks that give way. */
      readonly files: readonly { readonly path: RepoPath; readonly content: string }[];
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
  const files: { path: RepoPath; content: string }[] = [];
  for (const { id, candidate } of planned.writing.children) {
    const rendered = await store.renderNew(id, candidate);
    if (rendered.status === 'invalid') return { status: 'outdated', reason: rendered.message };
    files.push(rendered.file);
  }
  for (const { parent, children } of planned.writing.supersedes) {
    const task = known.find(({ id }) => id === parent);
    if (task) files.push(await store.render(task, supersededPatch(children)));
  }
  return { status: 'ok', files };
}
