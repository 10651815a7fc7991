import { memoryLeases } from '@backlog-runner/testkit';
import { expect, test } from 'vitest';
import { attempt, pool, world } from './repository-fixture.ts';

test('every open workspace has ports of its own, across projects, and gives them back', async () => {
  const portLeases = memoryLeases();
  const [one, other] = [await world(), await world()];
  const ours = pool(one, { portLeases });
  const first = await ours.open({ attempt: attempt('x.1'), base: await one.head() });
  const second = await ours.open({ attempt: attempt('y.2'), base: await one.head() });
  const third = await pool(other, { portLeases }).open({ attempt: attempt('z.3'), base: await other.head() });
  const blocks = [first, second, third].map(({ environment }) => [
    environment.BACKLOG_PORT,
    environment.BACKLOG_PORT_COUNT,
  ]);
  expect(blocks).toEqual([
    ['21000', '10'],
    ['21010', '10'],
    ['21020', '10'],
  ]);

  for (const workspace of [first, second, third]) await workspace.close();
  expect(await portLeases.list()).toEqual([]);
});
