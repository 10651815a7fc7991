import {
  type Candidate,
  cycleThrough,
  type Plan,
  type PlanWriting,
  PRIORITIES,
  type Priority,
  type Task,
  type TaskId,
  type TaskOutline,
} from '@backlog-runner/contracts';
import { problemWith } from './plan-problem.ts';

/** A plan with the ids its tasks will have, or why it cannot be applied. */
export type PlannedWriting =
  | { readonly status: 'ok'; readonly writing: PlanWriting }
  | { readonly status: 'refused'; readonly reason: string };

export interface PlanFacts {
  /** What the planner was asked about. */
  readonly parents: readonly Task[];
  readonly tasks: readonly TaskOutline[];
  readonly newId: (title: string, key: string) => TaskId;
}

/**
 * What a plan writes. Whoever made it may have broken any rule: every child takes the place of a parent that was asked
 * about, waits for what its parents waited for, is at least as urgent as they are, and no task waits for itself.
 */
export function planWriting(plan: Plan, { parents, tasks, newId }: PlanFacts): PlannedWriting {
  const problem = problemWith(plan, parents);
  if (problem) return { status: 'refused', reason: problem };
  const ids = new Map(plan.children.map(({ key, candidate }) => [key, newId(candidate.title, key)]));
  const idsOf = (keys: readonly string[]) => keys.flatMap((key) => ids.get(key) ?? []);
  const children = plan.children.flatMap(({ key, candidate, after }) => {
    const id = ids.get(key);
    const own = plan.supersedes.filter((step) => step.children.includes(key)).map(({ parent }) => parent);
    const replaced = parents.filter((task) => own.includes(task.id));
    return id ? [{ id, candidate: childOf(candidate, replaced, idsOf(after)) }] : [];
  });
  const supersedes = plan.supersedes.map((step) => ({ parent: step.parent, children: idsOf(step.children) }));
  const writing = { supersedes, children, summary: plan.summary };
  const cycle = cycleAfter(writing, tasks);
  return cycle
    ? { status: 'refused', reason: `its tasks would wait for each other: ${cycle.join(', ')}` }
    : { status: 'ok', writing };
}

function childOf(candidate: Candidate, parents: readonly Task[], after: readonly TaskId[]): Candidate {
  const replaced = parents.map(({ id }) => id);
  const inherited = parents.flatMap(({ dependsOn }) => dependsOn).filter((id) => !replaced.includes(id));
  return {
    ...candidate,
    priority: mostUrgent([candidate.priority, ...parents.map(({ priority }) => priority)]),
    dependsOn: [...new Set([...candidate.dependsOn, ...after, ...inherited])],
    source: { type: 'planner-pass' },
  };
}

function mostUrgent(priorities: readonly Priority[]): Priority {
  return PRIORITIES.find((priority) => priorities.includes(priority)) ?? 'normal';
}

/** Whether anything would wait for itself once the plan is applied. */
function cycleAfter(
  { supersedes, children }: PlanWriting,
  tasks: readonly TaskOutline[],
): readonly TaskId[] | undefined {
  const after = new Map(tasks.map((task) => [task.id, task]));
  for (const { id, candidate } of children) after.set(id, outlineOf(id, candidate));
  for (const { parent, children: successors } of supersedes) {
    const before = after.get(parent);
    if (before) after.set(parent, { ...before, state: 'superseded', supersededBy: successors });
  }
  for (const { id } of children) {
    const cycle = cycleThrough(id, after);
    if (cycle) return cycle.filter((step) => after.get(step)?.state !== 'superseded');
  }
  return undefined;
}

function outlineOf(id: TaskId, { title, priority, dependsOn, touchPaths, capabilities }: Candidate): TaskOutline {
  const none = { statusNotes: [], path: '' as TaskOutline['path'] };
  return { id, title, state: 'ready', priority, dependsOn, touchPaths, capabilities, ...none };
}
