import type { Candidate, PlannedChild, Planner, TaskId } from '@backlog-runner/contracts';

/** Plans every task as two, of which the second waits for the first, and asks nobody. */
export const splitter: Planner = {
  async plan({ parents }) {
    const ids = parents.map(({ task }) => task.id);
    return {
      status: 'planned',
      plan: {
        supersedes: ids.map((parent) => ({ parent, children: [`${parent}-1`, `${parent}-2`] })),
        children: ids.flatMap((parent) => [child(parent, 1), child(parent, 2)]),
        summary: 'In two steps.',
      },
    };
  },
};

function child(parent: TaskId, number: number): PlannedChild {
  const candidate: Candidate = {
    title: `Step ${number} of ${parent}`,
    priority: 'normal',
    kind: 'implementation',
    dependsOn: [],
    touchPaths: [],
    capabilities: [],
    acceptanceCriteria: [],
    source: { type: 'planner-pass' },
  };
  return { key: `${parent}-${number}`, candidate, after: number === 1 ? [] : [`${parent}-1`] };
}
