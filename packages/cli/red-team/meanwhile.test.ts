import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, type TestContext, vi } from 'vitest';
import { expectHarmless, expectPlain } from './harmless.ts';
import { type Answer, hostileWorld, type World } from './hostile-world.ts';

/** Runs a start whose agent waits in the middle of its work until the user has done something. */
async function whileAnAgentWorks(
  test: TestContext,
  config: string,
  deed: (world: World) => unknown,
): Promise<{ readonly world: World; readonly started: Answer }> {
  const wait = 'echo x > landed.txt; touch STATE/works; until [ -e STATE/go-on ]; do sleep 0.05; done';
  const world = await hostileWorld(test, { tasks: { slow: { agent: [{ run: wait }] } }, config });
  await world.git('commit', '--quiet', '--allow-empty', '--message=Second');
  const ending = world.cli('start', '--once');
  await vi.waitUntil(() => existsSync(join(world.state, 'works')), { timeout: 30_000 });
  await deed(world);
  writeFileSync(join(world.state, 'go-on'), '');
  return { world, started: await ending };
}

const taskFile = ({ project }: World) => join(project, 'backlog/tasks/slow.yaml');

it.concurrent('a task that is deleted meanwhile does not land, and its work is kept', async (test) => {
  const { world, started } = await whileAnAgentWorks(test, '', (world) => rmSync(taskFile(world)));
  expect(world.results().slow, started.stderr).toMatchObject({ status: 'cancelled' });
  expect(await world.kept('slow')).toHaveLength(1);
  expect(await world.landedPaths()).not.toContain('landed.txt');
  expectPlain(started);
});

it.concurrent('a task that asks for something else meanwhile is done again as it asks now', async (test) => {
  const { world, started } = await whileAnAgentWorks(test, '', (world) =>
    writeFileSync(taskFile(world), 'title: Do something else\n'),
  );
  expect(started.stdout, started.stderr).toBe('landed\tslow\n');
  expect(await world.git('log', '--format=%s', '-1', 'main')).toBe('Do something else\n');
  const ends = world.journal().flatMap((entry) => (entry.type === 'attempt.ended' ? [entry.result.status] : []));
  expect(ends).toEqual(['cancelled', 'landed']);
});

it.concurrent('a note that is added meanwhile is kept, and the work lands', async (test) => {
  const text = 'title: Do slow\n# a comment\nstatus_notes: [mine]\n';
  const { world, started } = await whileAnAgentWorks(test, '', (world) => writeFileSync(taskFile(world), text));
  expect(started.stdout, started.stderr).toBe('landed\tslow\n');
  const landed = await world.git('show', 'main:backlog/tasks/slow.yaml');
  expect(landed).toMatch(/# a comment\n[\s\S]*mine[\s\S]*state: done/);
});

const DEEDS: readonly (readonly [string, (world: World) => Promise<unknown>, string])[] = [
  ['rewritten', ({ git }) => git('reset', '--quiet', '--hard', 'HEAD~1'), 'Begin'],
  ['moved on', ({ git }) => git('commit', '--quiet', '--allow-empty', '--message=Third'), 'Third'],
];
for (const [what, deed, subject] of DEEDS) {
  it.concurrent(`a branch that is ${what} by its user quarantines by default, and nothing is taken back`, async (test) => {
    const { world, started } = await whileAnAgentWorks(test, '', deed);
    expect(world.results().slow, started.stderr).toMatchObject({ status: 'refused', by: 'escape' });
    expect(await world.git('log', '-1', '--format=%s', 'main')).toBe(`${subject}\n`);
    expect(await world.kept('slow')).toHaveLength(1);
  });

  it.concurrent(`on a branch that is ${what} by its user the work lands where people share the checkout`, async (test) => {
    const shared = 'workspace: { sharedCheckout: true },';
    const { world, started } = await whileAnAgentWorks(test, shared, deed);
    expect(started.stdout, started.stderr).toBe('landed\tslow\n');
    expect(await world.git('log', '-2', '--format=%s', 'main')).toBe(`Do slow\n${subject}\n`);
    expect(await world.git('status', '--porcelain')).toBe('');
  });
}

it.concurrent('a branch that is deleted meanwhile is not made again', async (test) => {
  const shared = 'workspace: { sharedCheckout: true },';
  const { world, started } = await whileAnAgentWorks(test, shared, async ({ git }) => {
    await git('checkout', '--quiet', '-b', 'other');
    await git('branch', '--quiet', '-D', 'main');
  });
  expect(started.code, started.stderr).not.toBe(0);
  expect(started.code).not.toBe(70);
  expect(started.stderr).not.toContain('a bug in backlog-runner');
  expect(await world.git('for-each-ref', '--format=%(refname)', 'refs/heads')).toBe('refs/heads/other\n');
  expect(await world.kept('slow')).toHaveLength(1);
  expectPlain(started);
});

it.concurrent('a merge that is in progress holds the landing, with what is staged and edited as it was', async (test) => {
  const shared = 'workspace: { sharedCheckout: true },';
  const { world, started } = await whileAnAgentWorks(test, shared, async ({ git, put }) => {
    await git('checkout', '--quiet', '-b', 'side', 'HEAD~1');
    put({ 'src/one.txt': 'side\n' });
    await git('commit', '--quiet', '--all', '--message=Side');
    await git('checkout', '--quiet', 'main');
    put({ 'src/one.txt': 'main\n' });
    await git('commit', '--quiet', '--all', '--message=Main');
    await git('merge', 'side').catch(() => {});
  });
  expect(started.stdout, started.stderr).toBe('held\tslow\n');
  expect(await world.git('status', '--porcelain')).toBe('UU src/one.txt\n');
  expect(existsSync(join(world.project, '.git/MERGE_HEAD'))).toBe(true);
  expect((await world.cli('status')).stdout).toContain('slow');
  await world.git('merge', '--abort');
  const again = await world.cli('start', '--once');
  expect(again.stdout, again.stderr).toBe('landed\tslow\n');
  await expectHarmless(world);
});

it.concurrent('a detached HEAD is refused, with what to do', async (test) => {
  const world = await hostileWorld(test, { tasks: { easy: {} } });
  await world.git('checkout', '--quiet', '--detach');
  const refused = await world.cli('start', '--once');
  expect(refused).toMatchObject({ code: 3, stdout: '' });
  expect(refused.stderr).toContain('[DETACHED_HEAD]');
  expect(refused.stderr).toContain('→');
});
