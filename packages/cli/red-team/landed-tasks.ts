import type { World } from './hostile-world.ts';

/** The tasks that commits of the target branch say they land, in order of name, each as often as it is said. */
export async function landedTasks({ git }: Pick<World, 'git'>): Promise<readonly string[]> {
  const format = '--format=%(trailers:key=Backlog-Task,valueonly,separator=%x2C)';
  return (await git('log', '--first-parent', format, 'main')).split('\n').filter(Boolean).sort();
}
