import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, type TestContext, vi } from 'vitest';
import { expectHarmless, expectPlain } from './harmless.ts';
import { type Answer, type HostileBacklog, hostileWorld, type World } from './hostile-world.ts';

const AS = ['-c', 'protocol.file.allow=always'];
const SHARED = 'workspace: { sharedCheckout: true },';

/** Runs a start whose agent adds `landed.txt` and `.env`, and waits until the user has done something. */
async function whileAnAgentWorks(
  test: TestContext,
  deed: (world: World) => unknown,
  { prepare, ...backlog }: Partial<HostileBacklog> & { readonly prepare?: (world: World) => Promise<unknown> } = {},
): Promise<{ readonly world: World; readonly started: Answer; readonly before: string }> {
  const run = 'echo x > landed.txt; touch STATE/works; until [ -e STATE/go-on ]; do sleep 0.05; done';
  const world = await hostileWorld(test, { tasks: { slow: { agent: [{ run }] } }, config: SHARED, ...backlog });
  await world.git('commit', '--quiet', '--allow-empty', '--message=Second');
  await prepare?.(world);
  const ending = world.cli('start', '--once');
  await vi.waitUntil(() => existsSync(join(world.state, 'works')), { timeout: 30_000 });
  await deed(world);
  const before = await viewOf(world);
  writeFileSync(join(world.state, 'go-on'), '');
  return { world, started: await ending, before };
}

/** All that a person would see of what they are in the middle of. */
async function viewOf({ git, project }: World): Promise<string> {
  const tracked = (await git('ls-files', '-z'))
    .split('\0')
    .filter((path) => path !== '' && !path.startsWith('backlog'));
  const files = [...tracked, '.env', 'mine.txt'].map((path) => `${path}: ${textOf(join(project, path))}`);
  const shown = await Promise.all([
    git('status', '--porcelain=v2', '--branch', '--untracked-files=all', '--', '.', ':!backlog', ':!backlog.md'),
    git('ls-files', '--stage', '--', '.', ':!backlog'),
    git('stash', 'list'),
    git('submodule', 'status'),
  ]);
  return [...shown, ...files].join('\n');
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'none';
  }
}

it.concurrent('a rebase that is in progress holds the landing, and everything stays as it was', async (test) => {
  const { world, started, before } = await whileAnAgentWorks(test, async ({ git, put }) => {
    await git('checkout', '--quiet', '-b', 'side', 'HEAD~1');
    put({ 'src/one.txt': 'side\n' });
    await git('commit', '--quiet', '--all', '--message=Side');
    await git('checkout', '--quiet', 'main');
    put({ 'src/one.txt': 'main\n' });
    await git('commit', '--quiet', '--all', '--message=Main');
    await git('rebase', '--quiet', 'side').catch(() => {});
    put({ 'src/two.txt': 'edited\n', 'mine.txt': 'mine\n' });
    await git('add', 'src/two.txt');
  });
  expect(started.stdout, started.stderr).toBe('held\tslow\n');
  expect(started.stderr).toContain('rebase');
  expect(await viewOf(world)).toBe(before);
  expect(existsSync(join(world.project, '.git/rebase-merge'))).toBe(true);
  await world.git('rebase', '--abort');
  const again = await world.cli('start', '--once');
  expect(again.stdout, again.stderr).toBe('landed\tslow\n');
  expect(await world.git('log', '-2', '--format=%s', 'main')).toBe('Do slow\nMain\n');
  await expectHarmless(world);
});

it.concurrent('what lands while HEAD is detached leaves the checkout as it was', async (test) => {
  const { world, started, before } = await whileAnAgentWorks(test, async ({ git, put }) => {
    await git('checkout', '--quiet', '--detach', 'HEAD~1');
    put({ 'src/two.txt': 'staged\n', 'src/one.txt': 'edited\n', 'mine.txt': 'mine\n' });
    await git('add', 'src/two.txt');
  });
  expect(started.stdout, started.stderr).toBe('landed\tslow\n');
  expect(await viewOf(world)).toBe(before);
  expect(await world.git('rev-parse', '--abbrev-ref', 'HEAD')).toBe('HEAD\n');
  expect(await world.landedPaths()).toContain('landed.txt');
  expectPlain(started);
});

it.concurrent('a submodule, and what was edited, staged and committed in it, stays as it was', async (test) => {
  const prepare = async ({ git, root }: World) => {
    const library = join(root, 'library');
    await git('init', '--quiet', '--initial-branch=main', library);
    writeFileSync(join(library, 'lib.txt'), 'one\n');
    await git('-C', library, 'add', '--all');
    await git('-C', library, 'commit', '--quiet', '--message=One');
    await git(...AS, 'submodule', '--quiet', 'add', library, 'lib');
    await git('commit', '--quiet', '--message=Add a library');
  };
  const deed = async ({ git, put }: World) => {
    put({ 'lib/lib.txt': 'two\n' });
    await git('-C', 'lib', 'commit', '--quiet', '--all', '--message=Two');
    put({ 'lib/lib.txt': 'three\n', 'lib/new.txt': 'new\n', 'lib/staged.txt': 'staged\n' });
    await git('-C', 'lib', 'add', 'staged.txt');
  };
  const { world, started, before } = await whileAnAgentWorks(test, deed, { prepare });
  expect(started.stdout, started.stderr).toBe('landed\tslow\n');
  const withoutLanded = (await viewOf(world)).split('\n');
  for (const line of before.split('\n').filter((text) => /\blib\b/.test(text))) expect(withoutLanded).toContain(line);
  expect(textOf(join(world.project, 'lib/lib.txt'))).toBe('three\n');
  expect(await world.git('-C', 'lib', 'status', '--porcelain')).toBe(' M lib.txt\nA  staged.txt\n?? new.txt\n');
  expect(textOf(join(world.project, 'landed.txt'))).toBe('x\n');
  await expectHarmless(world);
});

const IGNORE = '.backlog-runner/\nbacklog.md\n';
const SECRETS = [
  ['untracked', IGNORE],
  ['ignored', `${IGNORE}.env\n`],
] as const;
for (const [what, ignore] of SECRETS) {
  it.concurrent(`an ${what} .env that a landing would add holds it, and stays byte for byte`, async (test) => {
    const write = { '.env': 'SECRET=theirs\n', '.gitignore': IGNORE };
    const run = 'touch STATE/works; until [ -e STATE/go-on ]; do sleep 0.05; done';
    const secret = 'SECRET=mine\r\nno end of line';
    const { world, started, before } = await whileAnAgentWorks(test, ({ put }) => put({ '.env': secret }), {
      tasks: { slow: { agent: [{ write, run }] } },
      files: { '.gitignore': ignore },
    });
    expect(started.stdout, started.stderr).toBe('held\tslow\n');
    expect(await viewOf(world)).toBe(before);
    expect(textOf(join(world.project, '.env'))).toBe(secret);
    expect((await world.cli('status')).stdout).toContain('.env');
    rmSync(join(world.project, '.env'));
    const again = await world.cli('start', '--once');
    expect(again.stdout, again.stderr).toBe('landed\tslow\n');
    expect(textOf(join(world.project, '.env'))).toBe('SECRET=theirs\n');
    await expectHarmless(world);
  });
}
