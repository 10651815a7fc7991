import type { PlanFacts } from './facts.ts';
import { type Scene, short } from './scene.ts';

const TASK_FILE = /^backlog\/tasks\/.*\.ya?ml$/;

/** What breaks that a plan lands once, as one commit. */
export function plansNotOnce({ plans }: Scene): readonly string[] {
  const standing = plans.filter(({ reverted }) => !reverted);
  const twice = standing.flatMap(({ plan, commit }, at) => {
    const older = standing.slice(at + 1).find((other) => other.plan === plan);
    return older ? [`the plan ${plan} landed as ${short(older.commit)} and as ${short(commit)}`] : [];
  });
  const merged = plans
    .filter(({ parents }) => parents.length !== 1)
    .map(({ plan, commit, parents }) => `${short(commit)} lands the plan ${plan} with ${parents.length} parents`);
  return [...twice, ...merged];
}

/** What a plan brought that only a validation may let through. */
export function plansWithCode({ plans }: Scene): readonly string[] {
  return plans.flatMap((plan) => unplanned(plan));
}

function unplanned({ plan, commit, paths }: PlanFacts): readonly string[] {
  const others = paths.filter((path) => !TASK_FILE.test(path));
  return others.length > 0
    ? [`the plan ${plan} landed as ${short(commit)} and changed more than tasks: ${others.join(', ')}`]
    : [];
}
