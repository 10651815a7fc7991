import { expect, test } from 'vitest';
import { gitLanding } from '../src/index.ts';
import { landRequest, READY, taskFile } from './landing-fixture.ts';
import { attempt, fence, pool, task, world, writeFiles } from './repository-fixture.ts';

const tasks = [
  { title: 'a task file that is committed', commit: true, most: 6 },
  { title: 'a task file that was never committed', commit: false, most: 9 },
];

test.each(tasks)('a whole task with $title takes at most $most processes', async ({ commit, most }) => {
  const here = await world({ files: { 'a.txt': 'a\n' } });
  const name = (number: number) => `backlog/tasks/t${number}.yaml`;
  for (const number of [1, 2]) await here.write({ [name(number)]: READY });
  if (commit) await here.commit('Plan');
  const landing = await gitLanding({ repository: here.repository });
  const manager = pool(here);

  const run = async (number: number) => {
    const id = { task: task(`t${number}`), fence: fence(number) };
    const base = await landing.head();
    await landing.claim(id.task, id.fence);
    const workspace = await manager.open({ attempt: attempt(`t${number}.${number}`), base });
    await writeFiles(workspace.directory, { 'a.txt': `${number}\n`, [`new-${number}.txt`]: 'new\n' });
    const retained = await workspace.retain({ ...id, subject: 'Try it' });
    const { tree } = await landing.merge({ attempt: retained.commit, base, onto: await landing.head() });
    await workspace.show(tree, base);
    const result = await landing.land({
      ...landRequest(tree, base),
      ...id,
      files: [taskFile(undefined, name(number))],
    });
    expect(result).toMatchObject({ status: 'landed', checkout: 'followed' });
    await workspace.close();
  };
  await run(1);
  here.started.length = 0;
  await run(2);
  expect(here.started.length, here.started.map((line) => line.join(' ')).join('\n')).toBeLessThanOrEqual(most);
  expect(await here.git('status', '--porcelain')).toBe('');
});
