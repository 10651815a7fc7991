import type { CommitId } from '@backlog-runner/contracts';
import { expect, test } from 'vitest';
import { gitLanding } from '../src/index.ts';
import { type World, world } from './repository-fixture.ts';

async function landedBy(here: World, message: string): Promise<CommitId> {
  await here.git('commit', '-q', '--allow-empty', '-m', message);
  return here.head();
}

const trailers = (name: string) => `Backlog-Task: ${name}\nBacklog-Attempt: ${name}.1`;

test('landed commits are read from their trailers, newest first, and only the new ones when asked', async () => {
  const here = await world();
  const landing = await gitLanding({ repository: here.repository });
  expect(await landing.landed()).toEqual([]);
  const one = await landedBy(here, `One\n\nText.\n\n${trailers('one')}`);
  await landedBy(here, `By hand\n\nBacklog-Task: forged in the body\n\nand more text`);
  await landedBy(here, `No attempt\n\nBacklog-Task: half`);
  await landedBy(here, `Two values\n\nBacklog-Task: a\nBacklog-Task: b\nBacklog-Attempt: a.1`);
  const two = await landedBy(here, `Two\n\n${trailers('two')}`);
  const first = { commit: one, task: 'one', attempt: 'one.1', reverted: false };
  const second = { commit: two, task: 'two', attempt: 'two.1', reverted: false };
  expect(await landing.landed()).toEqual([second, first]);
  expect(await landing.landed(one)).toEqual([second]);
  expect(await landing.landed(two)).toEqual([]);
  expect(await landing.landed('f'.repeat(40) as CommitId)).toEqual([second, first]);
});

test('a reverted landing is said to be, until the revert is reverted', async () => {
  const here = await world();
  const landing = await gitLanding({ repository: here.repository });
  await here.commit(`One\n\n${trailers('one')}`, { 'a.txt': 'landed\n' });
  const reverted = async () => (await landing.landed()).map((commit) => commit.reverted);
  expect(await reverted()).toEqual([false]);
  await here.git('revert', '--no-edit', 'HEAD');
  expect(await reverted()).toEqual([true]);
  await here.git('revert', '--no-edit', 'HEAD');
  expect(await reverted()).toEqual([false]);
});

test('a revert may name its commit in short, and a landing that claims to revert another does not', async () => {
  const here = await world();
  const landing = await gitLanding({ repository: here.repository });
  const one = await landedBy(here, `One\n\n${trailers('one')}`);
  await landedBy(here, `Two\n\nThis reverts commit ${one}.\n\n${trailers('two')}`);
  const reverted = async () => (await landing.landed()).map((commit) => commit.reverted);
  expect(await reverted()).toEqual([false, false]);
  await landedBy(here, `Revert\n\nThis reverts commit ${one.slice(0, 9)} (One, 2026-01-01).`);
  expect(await reverted()).toEqual([false, true]);
});
