import type { Plan, Task } from '@backlog-runner/contracts';

/** Why a plan for these tasks makes no sense. Undefined when it does. */
export function problemWith(plan: Plan, parents: readonly Task[]): string | undefined {
  if (plan.supersedes.length === 0) return 'it refines none of the tasks';
  if (hasTwice(plan.children.map(({ key }) => key))) return 'two of its tasks have the same key';
  return problemWithParents(plan, parents) ?? problemWithChildren(plan);
}

function problemWithParents({ supersedes }: Plan, parents: readonly Task[]): string | undefined {
  const named = supersedes.map(({ parent }) => parent);
  if (hasTwice(named)) return 'it refines one task twice';
  const unknown = named.find((id) => parents.every((task) => task.id !== id));
  return unknown === undefined ? undefined : `it refines ${unknown}, which it was not asked about`;
}

function problemWithChildren({ supersedes, children }: Plan): string | undefined {
  const empty = supersedes.find((step) => step.children.length === 0);
  if (empty) return `it puts nothing in the place of ${empty.parent}`;
  const keys = children.map(({ key }) => key);
  const used = supersedes.flatMap((step) => step.children);
  const missing = [...used, ...children.flatMap(({ after }) => after)].find((key) => !keys.includes(key));
  if (missing !== undefined) return `it names a task ${missing} that it does not describe`;
  const stray = keys.find((key) => !used.includes(key));
  return stray === undefined ? undefined : `its task ${stray} takes the place of nothing`;
}

function hasTwice(names: readonly string[]): boolean {
  return new Set(names).size < names.length;
}
