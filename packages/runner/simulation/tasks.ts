import type { Task } from '@backlog-runner/contracts';
import { taskFixture } from '@backlog-runner/testkit';
import type { Chance } from './random.ts';

const IDS = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'] as const;
const PLACES = ['src/a', 'src/b', 'src/c', 'src/a/deep'] as const;

/** A backlog with dependencies, tasks that must not run at the same time, vague ones and ones that only look. */
export function drawTasks(chance: Chance): readonly Task[] {
  const count = 2 + chance.below(IDS.length - 1);
  return IDS.slice(0, count).map((id, at) => {
    const earlier = IDS.slice(0, at);
    const dependency = chance.happens(0.35) ? chance.pickOf(earlier) : undefined;
    return taskFixture({
      id,
      dependsOn: dependency === undefined ? [] : [dependency],
      touchPaths: chance.happens(0.4) ? [chance.pick(PLACES)] : [`src/${id}`],
      capabilities: chance.happens(0.15) ? ['database'] : [],
      priority: chance.pick(['high', 'normal', 'low']),
      kind: chance.happens(0.12) ? 'research' : 'implementation',
      state: chance.happens(0.15) ? 'planned' : 'ready',
    });
  });
}
