import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectHarmless, expectPlain } from './harmless.ts';
import { type Answer, hostileWorld, temporaryDirectory, type World } from './hostile-world.ts';
import { landedTasks } from './landed-tasks.ts';

const easy = {
  tasks: { one: { agent: [{ write: { 'one.txt': 'x\n' } }] }, two: { agent: [{ write: { 'two.txt': 'x\n' } }] } },
};
const stateOf = ({ project }: World) => join(project, '.backlog-runner');

/** It said what is wrong and what to do, and it is no bug of ours. */
function expectRefusal(answer: Answer, says: string): void {
  expect(answer.code, answer.stderr).toBe(4);
  expect(answer.stderr).toContain(says);
  expect(answer.stderr).toContain('→');
  expectPlain(answer);
}

async function expectBothLandOnce(world: World): Promise<void> {
  const answer = await world.cli('start', '--once');
  expect(await landedTasks(world), answer.stderr).toEqual(['one', 'two']);
  await expectHarmless(world);
}

it.concurrent('a file in the place of a directory is said, and after it is gone all goes on', async (test) => {
  const world = await hostileWorld(test, easy);
  for (const place of ['', 'journal', 'leases']) {
    const path = join(stateOf(world), place);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, '');
    expectRefusal(await world.cli('start', '--once'), path.replace(/\/$/, ''));
    rmSync(stateOf(world), { recursive: true });
  }
  await expectBothLandOnce(world);
});

const isRoot = process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0;

it.concurrent('a state directory that may not be written is said', async (test) => {
  if (!isRoot) test.skip('Nobody here may become another user.');
  const world = await hostileWorld(test, easy);
  mkdirSync(stateOf(world));
  execFileSync('chown', ['-R', '65534:65534', world.root]);
  execFileSync('chmod', ['a-w', stateOf(world)]);
  const user = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  expectRefusal(await world.cliAs(['setpriv', ...user], 'start', '--once'), 'EACCES');
  expect(readdirSync(stateOf(world))).toEqual([]);
});

it.concurrent('a disk that an agent fills ends in a clear state, and with space again all lands once', async (test) => {
  const root = temporaryDirectory(test);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', root]).status !== 0) {
    test.skip('No file system may be mounted here.');
  }
  try {
    const two = { agent: [{ run: 'head -c 40000000 /dev/zero > two.txt' }] };
    const world = await hostileWorld(test, {
      root,
      tasks: { ...easy.tasks, two },
      config: 'attempts: { max: 3, returns: 0, backoffSeconds: 0 },',
    });
    const began = performance.now();
    const full = await world.cli('start', '--once');
    expect([1, 4], full.stderr).toContain(full.code);
    // Well before the leases that it cannot give back run out.
    expect(performance.now() - began, full.stderr).toBeLessThan(20_000);
    expect(full.stderr).toContain('Free some space');
    expect(full.stderr).toMatch(/ENOSPC|No space left|disk is full/);
    expect(full.stderr).not.toContain('a bug in backlog-runner');
    expect(await world.landedPaths()).not.toContain('two.txt');
    spawnSync('mount', ['-o', 'remount,size=400m', root]);
    const answer = await world.cli('start', '--once');
    expect(await landedTasks(world), full.stderr + answer.stderr).toEqual(['one', 'two']);
    expect(await world.git('cat-file', '-s', 'main:two.txt')).toBe('40000000\n');
    await expectHarmless(world);
  } finally {
    spawnSync('umount', ['--lazy', root]);
  }
});

it.concurrent('a torn journal, a damaged index and lost leases lose no landing and repeat none', async (test) => {
  const world = await hostileWorld(test, easy);
  await world.cli('start', '--once', '--task', 'one');
  const journal = join(stateOf(world), 'journal');
  for (const name of readdirSync(journal)) appendFileSync(join(journal, name), '{"type":"task.landed","task":"tw');
  appendFileSync(join(journal, readdirSync(journal)[0] ?? ''), '\n\u0000\u0000not json\n{"type":7}\nnull\n[]\n');
  for (const name of readdirSync(stateOf(world)).filter((name) => name.startsWith('index'))) {
    writeFileSync(join(stateOf(world), name), '\u0000garbage');
  }
  rmSync(join(stateOf(world), 'leases'), { recursive: true });
  for (const command of ['status', 'list']) expect((await world.cli(command)).code).toBeLessThan(2);
  const answer = await world.cli('start', '--once');
  expect(answer.stdout, answer.stderr).toBe('landed\ttwo\n');
  await expectBothLandOnce(world);
});

it.concurrent('sixteen starts at once land thirty tasks, each exactly once', { timeout: 180_000 }, async (test) => {
  const ids = Array.from({ length: 30 }, (_, index) => `t${index}`);
  const world = await hostileWorld(test, {
    workers: 1,
    tasks: Object.fromEntries(ids.map((id) => [id, { agent: [{ write: { [`${id}.txt`]: 'x\n' } }] }])),
  });
  const answers = await Promise.all(Array.from({ length: 16 }, () => world.cli('start', '--once')));
  const told = answers.flatMap(({ stdout }) => stdout.split('\n').filter(Boolean));
  const others = world.journal().filter((entry) => entry.type === 'task.failed' || entry.type === 'warning');
  const said = answers
    .map(({ stderr }) => stderr)
    .join('\n---\n')
    .slice(-4000);
  expect(told.sort(), `${JSON.stringify(others, undefined, 1)}\n${said}`).toEqual(
    ids.map((id) => `landed\t${id}`).sort(),
  );
  expect(await landedTasks(world)).toEqual([...ids].sort());
  expect(await world.git('status', '--porcelain')).toBe('');
  await expectHarmless(world);
});
