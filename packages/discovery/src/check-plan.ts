import {
  type Candidate,
  type Plan,
  type PlannedChild,
  PRIORITIES,
  parseRepoPath,
  type Task,
} from '@backlog-runner/contracts';
import { brokenRule, quoted } from './candidate-rules.ts';
import { misfit } from './fits-schema.ts';
import { PLAN_ANSWER_SCHEMA, type PlanAnswer, type PlanAnswerChild } from './plan-answer.ts';

/** More than that for one parent is no plan but a project. */
const MOST_CHILDREN = 12;

/** What a plan is checked against. */
export interface PlanFacts {
  readonly parents: readonly Pick<Task, 'id' | 'title' | 'priority'>[];
  readonly known: readonly Pick<Task, 'id' | 'title' | 'state'>[];
  /** The validation profiles there are. Absent: any name is believed. */
  readonly profiles?: readonly string[];
}

export type CheckedPlan = { readonly plan: Plan } | { readonly reason: string };

/** Turns an agent's answer into a plan, or says in one sentence which rule it breaks first. */
export function checkPlan(answer: unknown, facts: PlanFacts): CheckedPlan {
  const reason = misfit(PLAN_ANSWER_SCHEMA, answer) ?? brokenPlan(answer as PlanAnswer, facts);
  return reason === undefined ? { plan: planFrom(answer as PlanAnswer, facts) } : { reason };
}

function brokenPlan(answer: PlanAnswer, facts: PlanFacts): string | undefined {
  return (
    brokenSupersession(answer, facts) ??
    brokenKeys(answer) ??
    first(answer.children, (child) => brokenChild(child, answer, facts)) ??
    repeatedTitle(answer.children) ??
    brokenOrder(answer.children)
  );
}

function brokenSupersession({ supersedes, children }: PlanAnswer, { parents }: PlanFacts): string | undefined {
  if (supersedes.length === 0) return 'The plan supersedes none of the tasks it was asked about.';
  const most = MOST_CHILDREN * supersedes.length;
  if (children.length > most) return `The plan has ${children.length} children; more than ${most} are too many.`;
  const named = supersedes.map(({ parent }) => parent);
  return first(supersedes, (step, at) => {
    if (!parents.some(({ id }) => id === step.parent)) {
      return `The plan supersedes ${quoted(step.parent)}, which it was not asked about.`;
    }
    if (named.indexOf(step.parent) !== at) return `The plan supersedes ${quoted(step.parent)} twice.`;
    if (step.children.length === 0) return `The plan supersedes ${quoted(step.parent)} by nothing.`;
    return undefined;
  });
}

function brokenKeys({ supersedes, children }: PlanAnswer): string | undefined {
  const keys = children.map(({ key }) => key);
  const used = new Set(supersedes.flatMap((step) => step.children));
  const unknown = [...used].find((key) => !keys.includes(key));
  if (unknown !== undefined) return `The plan names a child ${quoted(unknown)} that it does not describe.`;
  return first(children, ({ key, after }, at) => {
    if (key.trim() === '') return 'A child of the plan has no key.';
    if (keys.indexOf(key) !== at) return `Two children of the plan have the key ${quoted(key)}.`;
    if (!used.has(key)) return `The child ${quoted(key)} takes the place of no task.`;
    const missing = after.find((other) => !keys.includes(other));
    return missing === undefined
      ? undefined
      : `The child ${quoted(key)} waits for ${quoted(missing)}, which the plan does not describe.`;
  });
}

function brokenChild(child: PlanAnswerChild, { supersedes }: PlanAnswer, facts: PlanFacts): string | undefined {
  const complaint = (text: string) => `The child ${quoted(child.key)} cannot be a task: ${text}`;
  const broken = brokenRule({ ...candidateFrom(child, []), touchPaths: child.touch_paths as Candidate['touchPaths'] });
  if (broken !== undefined) return complaint(broken);
  if (child.acceptance_criteria.every((text) => text.trim() === '')) return complaint('It has no acceptance criteria.');
  if (child.task_kind === 'implementation' && child.touch_paths.length === 0) {
    return complaint('It says no paths that it changes.');
  }
  const { validation_profile: profile } = child;
  if (profile !== null && facts.profiles && !facts.profiles.includes(profile)) {
    return complaint(`There is no validation profile ${quoted(profile)}.`);
  }
  const repeated = facts.known.find((task) => isLive(task) && sameTitle(task, child) && !isParent(task, facts));
  if (repeated) return complaint(`${quoted(repeated.id)} in the backlog has the same title.`);
  return first(child.depends_on, (id) => {
    if (supersedes.some(({ parent }) => parent === id)) {
      return complaint(`It depends on ${quoted(id)}, which the plan itself supersedes.`);
    }
    const task = facts.known.find((known) => known.id === id);
    if (!task) return complaint(`It depends on ${quoted(id)}, which is not in the backlog.`);
    return task.state === 'failed' ? complaint(`It depends on ${quoted(id)}, which has failed.`) : undefined;
  });
}

function isLive({ state }: Pick<Task, 'state'>): boolean {
  return state === 'planned' || state === 'ready';
}

function isParent({ id }: Pick<Task, 'id'>, { parents }: PlanFacts): boolean {
  return parents.some((parent) => parent.id === id);
}

function sameTitle(left: { readonly title: string }, right: { readonly title: string }): boolean {
  return left.title.trim().toLowerCase() === right.title.trim().toLowerCase();
}

function repeatedTitle(children: readonly PlanAnswerChild[]): string | undefined {
  return first(children, (child, at) => {
    const other = children.slice(0, at).find((before) => sameTitle(before, child));
    return other && `The children ${quoted(other.key)} and ${quoted(child.key)} have the same title.`;
  });
}

/** Children that wait for each other never start. */
function brokenOrder(children: readonly PlanAnswerChild[]): string | undefined {
  let waiting = children;
  for (;;) {
    const keys = new Set(waiting.map(({ key }) => key));
    const left = waiting.filter(({ after }) => after.some((key) => keys.has(key)));
    if (left.length === 0) return undefined;
    if (left.length === waiting.length) {
      return `Children of the plan wait for each other: ${left.map(({ key }) => quoted(key)).join(', ')}.`;
    }
    waiting = left;
  }
}

function planFrom({ summary, supersedes, children }: PlanAnswer, { parents }: PlanFacts): Plan {
  return {
    summary: summary.trim(),
    supersedes: supersedes.flatMap((step) => {
      const parent = parents.find(({ id }) => id === step.parent);
      return parent ? [{ parent: parent.id, children: [...new Set(step.children)] }] : [];
    }),
    children: children.map((child): PlannedChild => {
      const replaced = supersedes.filter((step) => step.children.includes(child.key)).map(({ parent }) => parent);
      const own = parents.filter(({ id }) => replaced.includes(id));
      return { key: child.key, candidate: candidateFrom(child, own), after: [...new Set(child.after)] };
    }),
  };
}

function candidateFrom(child: PlanAnswerChild, parents: readonly Pick<Task, 'priority'>[]): Candidate {
  const { execution_domain: domain, validation_profile: profile, description } = child;
  const priorities = [child.priority, ...parents.map(({ priority }) => priority)];
  return {
    title: child.title.trim(),
    priority: PRIORITIES.find((priority) => priorities.includes(priority)) ?? child.priority,
    kind: child.task_kind,
    ...(domain === null ? {} : { executionDomain: domain }),
    dependsOn: [...new Set(child.depends_on)] as unknown as Candidate['dependsOn'],
    touchPaths: [...new Set(child.touch_paths.map(parseRepoPath).filter((path) => path !== undefined))],
    capabilities: [...new Set(child.capabilities)],
    ...(profile === null ? {} : { validationProfile: profile }),
    acceptanceCriteria: child.acceptance_criteria.filter((text) => text.trim() !== ''),
    ...(description.trim() === '' ? {} : { description: description.trim() }),
    source: { type: 'planner-pass' },
  };
}

/** The first complaint about an element. */
function first<Element>(
  elements: readonly Element[],
  complain: (element: Element, at: number) => string | undefined,
): string | undefined {
  for (const [at, element] of elements.entries()) {
    const complaint = complain(element, at);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}
